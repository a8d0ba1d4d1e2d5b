import { expect, test } from '@jest/globals';
import type { StepRecord } from '../domain/cluster.ts';
import { nodeTasks } from './node-tasks.ts';

const record = (outputs: StepRecord['outputs']): StepRecord => ({
  title: 'Pool workers',
  phase: 'active',
  condition: 'ReplacingNode',
  reason: 'DrainingNode',
  message: '',
  attempts: 0,
  changedAt: '2026-11-20T12:00:00.000Z',
  ...(outputs === undefined ? {} : { outputs }),
});

test('[A248] each machine that is added, removed or there', () => {
  const outputs = {
    slots: {
      0: { attempt: 1, id: 'i-1', joined: true, ready: true },
      1: { attempt: 2, id: 'i-2', replacedBecause: 'Outdated' },
      2: { attempt: 1, id: 'i-3', joined: true, ready: true },
      3: { attempt: 1, id: 'i-4', joined: true, ready: true, unreadyAt: '2026-11-20T12:00:00.000Z' },
      4: { attempt: 3 },
    },
    leaving: [{ index: 2, attempt: 1, because: 'Outdated', since: '2026-11-20T12:00:00.000Z', budgets: [] }],
  };
  expect(nodeTasks('machines/pool:workers', record(outputs))).toEqual([
    { machine: '0-1', phase: 'Ready', machineId: 'i-1' },
    { machine: '1-2', phase: 'Adding', machineId: 'i-2', replacedBecause: 'Outdated' },
    { machine: '2-1', phase: 'Removing', machineId: 'i-3', removedBecause: 'Outdated' },
    { machine: '3-1', phase: 'NotReady', machineId: 'i-4' },
  ]);
});

test('steps that are no pools have none', () => {
  expect(nodeTasks('aws/vpc', record({ vpcId: 'vpc-1' }))).toBeUndefined();
  expect(nodeTasks('machines/pool:new', record(undefined))).toEqual([]);
});
