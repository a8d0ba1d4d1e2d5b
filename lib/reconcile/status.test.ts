import { expect, test } from '@jest/globals';
import { aCluster, NOON_MS } from '../../test/builders/cluster.ts';
import { aRecord } from '../../test/builders/step-outcome.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { stateOf } from '../domain/cluster-state.ts';
import type { Condition } from '../domain/conditions.ts';
import { tasksOf, why } from './status.ts';

function condition(status: Condition['status'], fields: Partial<Condition> = {}): Condition {
  return {
    type: 'CreatingInfrastructure',
    title: 'Creating Infrastructure',
    status,
    reason: 'Because',
    message: '',
    attempts: 0,
    lastTransitionAt: '2026-11-20T12:00:00.000Z',
    observedGeneration: 1,
    ...fields,
  };
}

const next = '2026-11-20T12:05:00.000Z';
const passed = { observedGeneration: 1, nextAttemptAt: next };

test.each<[string, Partial<ClusterDocument>, string, string]>([
  [
    'before the first pass',
    { nextAttemptAt: next },
    'Pending',
    `The request is accepted and waits for its first pass. It looks again at ${next}.`,
  ],
  [
    'under way',
    { ...passed, conditions: [condition('Active', { message: 'AKS cluster a is Creating.' })] },
    'Provisioning',
    `Creating Infrastructure is under way (Because): AKS cluster a is Creating. It looks again at ${next}.`,
  ],
  [
    'failed and tried again',
    {
      ...passed,
      conditions: [
        condition('Failed', { reason: 'QuotaExceeded', message: 'limit 10' }),
        condition('Active'),
      ],
    },
    'Provisioning',
    `Creating Infrastructure failed and is tried again (QuotaExceeded): limit 10. It looks again at ${next}.`,
  ],
  [
    'under way without words, never to be looked at again',
    { observedGeneration: 1, nextAttemptAt: null, conditions: [condition('Active')] },
    'Provisioning',
    'Creating Infrastructure is under way (Because)',
  ],
  [
    'one milestone reached, another not begun',
    { ...passed, conditions: [condition('Succeeded'), condition('Pending')] },
    'Provisioning',
    `A change is accepted and waits for its pass. It looks again at ${next}.`,
  ],
  [
    'as asked for',
    { ...passed, conditions: [condition('Succeeded')] },
    'Running',
    'Everything is as asked for.',
  ],
  [
    'changed since',
    { ...passed, generation: 2, provisionedAt: next, conditions: [condition('Succeeded')] },
    'Updating',
    `A change is accepted and waits for its pass. It looks again at ${next}.`,
  ],
  [
    'deleting, nothing left to see',
    { ...passed, deletedAt: next, conditions: [condition('Succeeded')] },
    'Deleting',
    `Waiting until nothing of it can appear any more. It looks again at ${next}.`,
  ],
])('[A89] %s', (_what, fields, state, sentence) => {
  const document = aCluster(fields);
  expect(stateOf(document)).toBe(state);
  expect(why(document)).toBe(sentence);
});

const started = '2026-11-20T11:59:00.000Z';

test.each<[string, Parameters<typeof aRecord>[0], object]>([
  [
    'a task under way lasts until now',
    { startedAt: started, nextAttemptAt: next, progress: { done: 1, total: 3 } },
    {
      state: 'Active',
      startedAt: started,
      durationMs: 60_000,
      nextAttemptAt: next,
      progress: { done: 1, total: 3 },
    },
  ],
  [
    'one that is over lasted until its end',
    { phase: 'done', startedAt: started, endedAt: '2026-11-20T11:59:10.000Z', nextAttemptAt: next },
    { state: 'Succeeded', startedAt: started, endedAt: '2026-11-20T11:59:10.000Z', durationMs: 10_000 },
  ],
  [
    'one that failed says how',
    { phase: 'failed', reason: 'QuotaExceeded', message: 'limit 10', attempts: 2 },
    {
      state: 'Failed',
      reason: 'QuotaExceeded',
      message: 'limit 10',
      attempts: 2,
      lastError: 'QuotaExceeded: limit 10',
    },
  ],
  [
    'one that has not begun has no times',
    { phase: 'pending', reason: 'WaitingForPredecessors' },
    { state: 'Pending', reason: 'WaitingForPredecessors' },
  ],
  [
    'clocks that differ give no negative time',
    { startedAt: '2026-11-20T12:00:05.000Z' },
    { state: 'Active', startedAt: '2026-11-20T12:00:05.000Z', durationMs: 0 },
  ],
])('[A14] %s', (_what, record, task) => {
  const document = aCluster({ steps: { 'aks/cluster': aRecord(record) } });
  expect(tasksOf(document, NOON_MS)).toEqual([
    {
      name: 'aks/cluster',
      title: 'Create the AKS cluster',
      condition: 'CreatingInfrastructure',
      reason: 'CreatingCluster',
      message: '',
      attempts: 0,
      ...task,
    },
  ]);
});
