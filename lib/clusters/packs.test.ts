import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import type { PackReport } from '../domain/agent.ts';
import type { Condition } from '../domain/conditions.ts';
import { packsOf } from './packs.ts';

const report = (state: PackReport['state'], more: Partial<PackReport> = {}): PackReport => ({
  name: 'prometheus',
  version: '1.0.0',
  state,
  ...more,
});
const addon = (packs: readonly PackReport[], observedGeneration?: number) =>
  packsOf(aCluster({ generation: 3 }), {
    packs,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
  }).find(({ layer }) => layer === 'addon');

test.each<[PackReport['state'], number | undefined, string]>([
  ['Pending', 3, 'pending'],
  ['Installing', 3, 'installing'],
  ['Ready', 3, 'ready'],
  ['Ready', 2, 'installing'],
  ['Ready', undefined, 'installing'],
  ['Failed', 3, 'error'],
  ['Failed', 2, 'error'],
  ['Removing', 3, 'installing'],
])('[A7, A52] a pack that is %s, reported at generation %s of 3, is %s', (state, observed, status) => {
  expect(addon([report(state)], observed)?.status).toBe(status);
});

test('[A52] another version than is asked for is not ready yet', () => {
  expect(addon([report('Ready', { version: '0.9.0' })], 3)?.status).toBe('installing');
});

test('[A7] what the agent says is passed on; what nobody has reported on is pending', () => {
  expect(addon([report('Failed', { message: 'chart not found' })], 3)).toMatchObject({
    status: 'error',
    message: 'chart not found',
  });
  expect(addon([], 3)).not.toHaveProperty('message');
  expect(addon([report('Ready', { name: 'grafana' })], 3)?.status).toBe('pending');
  expect(packsOf(aCluster()).map(({ status }) => status)).toEqual([
    'pending',
    'pending',
    'pending',
    'pending',
  ]);
});

test('[A7] layers that the agent has nothing to do with are as far as their milestones', () => {
  const at = { lastTransitionAt: '2026-11-20T12:00:00.000Z', attempts: 0, observedGeneration: 1 };
  const said = { title: '', reason: '', message: '' };
  const conditions: readonly Condition[] = [
    { ...at, ...said, type: 'AddingControlPlaneNode', status: 'Succeeded' },
    { ...at, ...said, type: 'InstallingNetwork', status: 'Failed' },
    { ...at, ...said, type: 'InstallingStorage', status: 'Active' },
  ];
  const packs = packsOf(aCluster({ conditions }));
  expect(packs.map(({ layer, status }) => `${layer} ${status}`)).toEqual([
    'kubernetes ready',
    'cni error',
    'csi installing',
    'addon pending',
  ]);
});
