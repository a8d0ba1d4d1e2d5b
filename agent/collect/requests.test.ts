import { describe, expect, test } from '@jest/globals';
import { podRequests } from './requests.ts';

const asks = (cpu: string, memory: string, more: object = {}) => ({
  resources: { requests: { cpu, memory } },
  ...more,
});
const sidecar = { restartPolicy: 'Always' };
const Mi = 1024 ** 2;

describe('[A78] [A79] what a pod asks for', () => {
  test.each([
    ['its containers together', { containers: [asks('100m', '64Mi'), asks('1', '1Gi')] }, 1_100, 1_088],
    ['nothing said', { containers: [{}] }, 0, 0],
    [
      'the largest init container when that is more',
      { containers: [asks('100m', '64Mi')], initContainers: [asks('500m', '32Mi'), asks('300m', '128Mi')] },
      500,
      128,
    ],
    [
      'sidecars beside the containers',
      { containers: [asks('100m', '64Mi')], initContainers: [asks('200m', '16Mi', sidecar)] },
      300,
      80,
    ],
    [
      'an init container beside the sidecars before it',
      {
        containers: [asks('100m', '8Mi')],
        initContainers: [asks('200m', '16Mi', sidecar), asks('400m', '8Mi')],
      },
      600,
      24,
    ],
    [
      'an init container before the sidecars, alone',
      {
        containers: [asks('100m', '8Mi')],
        initContainers: [asks('400m', '8Mi'), asks('200m', '16Mi', sidecar)],
      },
      400,
      24,
    ],
    [
      'the overhead of its runtime on top',
      { containers: [asks('100m', '64Mi')], overhead: { cpu: '250m', memory: '120Mi' } },
      350,
      184,
    ],
    [
      'what the pod says for itself, where it does',
      { containers: [asks('100m', '64Mi')], resources: { requests: { cpu: '2' } } },
      2_000,
      64,
    ],
  ])('%s', (_what, pod, cpuMilli, memoryMi) => {
    expect(podRequests({ overhead: undefined, resources: undefined, ...pod })).toEqual({
      cpuMilli,
      memoryBytes: memoryMi * Mi,
    });
  });
});
