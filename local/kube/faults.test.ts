import { expect, test } from '@jest/globals';
import { aMachine, START_MS } from '../../test/builders/simulated-cluster.ts';
import { type ClusterFault, strikes } from './faults.ts';
import type { KubeadmNode, SimulatedMachine } from './port.ts';

const LOST: ClusterFault = { kind: 'node-lost', node: 'a' };
const kubeadm: KubeadmNode = { internalIp: '10.0.0.1', awaitsCloud: true, instance: 'exists' };

test.each<[string, SimulatedMachine, ClusterFault, boolean]>([
  ['of its name', aMachine('a', { kubeadm }), LOST, true],
  ['of another name', aMachine('b', { kubeadm }), LOST, false],
  ['of no node', aMachine('a'), { kind: 'api-down' }, false],
  [
    'from before it joined, under a name that is given again',
    aMachine('a', { kubeadm, joinedAt: START_MS + 1 }),
    LOST,
    false,
  ],
  ['from before it joined, under a name of its own', aMachine('a', { joinedAt: START_MS + 1 }), LOST, true],
])('a machine is struck by a fault %s', (_what, machine, fault, isStruck) => {
  expect(strikes({ id: 'fault-1', atMs: START_MS, fault }, machine)).toBe(isStruck);
});
