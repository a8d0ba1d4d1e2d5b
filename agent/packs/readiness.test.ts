import { expect, test } from '@jest/globals';
import { unready } from './readiness.ts';

const live = (spec: object, status: object, generation = 2) => ({
  metadata: { name: 'a', generation },
  spec,
  status: { observedGeneration: 2, ...status },
});
const condition = (type: string, status: string) => ({ conditions: [{ type, status }] });

test.each([
  ['ConfigMap', { metadata: { name: 'a' } }, undefined],
  ['Deployment', live({ replicas: 2 }, { updatedReplicas: 2, availableReplicas: 2 }), undefined],
  [
    'Deployment',
    live({ replicas: 2 }, { updatedReplicas: 1, availableReplicas: 2 }),
    '1 of 2 pods are ready',
  ],
  ['Deployment', live({}, {}), '0 of 1 pods are ready'],
  ['Deployment', live({ replicas: 0 }, {}), undefined],
  [
    'Deployment',
    live({ replicas: 1 }, { updatedReplicas: 1, availableReplicas: 1 }, 3),
    'its change was not looked at yet',
  ],
  ['StatefulSet', live({ replicas: 3 }, { updatedReplicas: 3, readyReplicas: 2 }), '2 of 3 pods are ready'],
  [
    'DaemonSet',
    live({}, { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }),
    undefined,
  ],
  [
    'DaemonSet',
    live({}, { desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 }),
    '2 of 3 pods are ready',
  ],
  ['Job', live({}, condition('Complete', 'True')), undefined],
  ['Job', live({}, {}), 'it is not Complete'],
  ['CustomResourceDefinition', live({}, condition('Established', 'False')), 'it is not Established'],
  ['APIService', live({}, condition('Available', 'True')), undefined],
])('%s', (kind, object, missing) => {
  expect(unready(kind, object)).toBe(missing);
});
