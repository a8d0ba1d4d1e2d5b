import { describe, expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { anOutcome, aRecord } from '../../test/builders/step-outcome.ts';
import type { StepRecord } from '../domain/cluster.ts';
import type { Condition } from '../domain/conditions.ts';
import type { CloudErrorCode } from '../domain/errors.ts';
import { finishedTasks, narrate } from './narrate.ts';
import type { Acted, StepOutcome, Turn } from './outcome.ts';

const STEP = 'aks/cluster';

function told(
  outcome: Partial<StepOutcome>,
  record: StepRecord | undefined = aRecord(),
  before: StepRecord | undefined = undefined,
) {
  return narrate({
    before: aCluster({ steps: before === undefined ? {} : { [STEP]: before } }),
    outcomes: [anOutcome(outcome)],
    records: record === undefined ? {} : { [STEP]: record },
    conditions: [],
  });
}

const acted: Acted = { kind: 'acted', reason: 'Draining', event: 'Drained it', forMs: 1, node: 'n1' };
const blocked: Turn = { kind: 'blocked', reason: 'Foreign', message: 'Not ours.' };
const failed = (code: CloudErrorCode): Turn => ({
  kind: 'failed',
  error: { code, message: 'said Azure', source: 'test' },
});

describe('what a step has to tell', () => {
  test.each<[string, Partial<StepOutcome>, readonly object[]]>([
    ['waiting is no news', { turn: { kind: 'waiting', reason: 'Creating', forMs: 1 } }, []],
    ['nor is being right', {}, []],
    [
      'a deed, with the node that it is about',
      { turn: acted },
      [
        {
          severity: 'Normal',
          signal: 'transient',
          reason: 'Draining',
          message: 'Drained it',
          task: STEP,
          node: 'n1',
        },
      ],
    ],
    [
      'a deed and what was found after it',
      { did: acted, turn: blocked },
      [
        { reason: 'Draining', message: 'Drained it' },
        { severity: 'Warning', signal: 'persistent', reason: 'Foreign', message: 'Not ours.', task: STEP },
      ],
    ],
    ['conflicts are silent', { turn: failed('Conflict') }, []],
    [
      'a failure, in the words of the cloud',
      { turn: failed('QuotaExceeded') },
      [{ severity: 'Warning', reason: 'QuotaExceeded', message: 'said Azure', task: STEP }],
    ],
  ])('%s', (_what, outcome, events) => {
    const news = told(outcome);
    expect(news).toMatchObject(events);
    expect(news).toHaveLength(events.length);
  });

  test('a step without a record has nothing to tell', () => {
    expect(
      narrate({ before: aCluster(), outcomes: [anOutcome({ turn: acted })], records: {}, conditions: [] }),
    ).toEqual([]);
  });

  test.each<[CloudErrorCode | undefined, number, string]>([
    ['Unavailable', 4, 'transient'],
    ['Unavailable', 5, 'persistent'],
    ['CapacityUnavailable', 1, 'infrastructure'],
    ['QuotaExceeded', 1, 'infrastructure'],
    ['Unauthorized', 9, 'infrastructure'],
    [undefined, 1, 'transient'],
  ])('[A96] %s at try %i is %s', (errorCode, attempts, signal) => {
    const record = aRecord({ attempts, ...(errorCode === undefined ? {} : { errorCode }) });
    expect(told({ turn: failed('Unknown') }, record)).toMatchObject([{ signal }]);
  });
});

describe('[A95] the cause is gone', () => {
  const was = aRecord({ phase: 'failed', reason: 'QuotaExceeded' });

  test('once, when the step moves on', () => {
    expect(told({}, aRecord(), was)).toEqual([
      {
        severity: 'Normal',
        signal: 'transient',
        reason: 'Resolved',
        message: 'Create the AKS cluster: QuotaExceeded cleared',
        task: STEP,
        closes: true,
      },
    ]);
    expect(told({}, was, was)).toEqual([]);
    expect(told({}, aRecord(), aRecord())).toEqual([]);
  });
});

test('[A94] a stall is told once per stay', () => {
  const stalled = aRecord({ stalled: true });
  expect(told({}, stalled, aRecord())).toEqual([
    {
      severity: 'Warning',
      signal: 'persistent',
      reason: 'StalledOperation',
      message: 'Create the AKS cluster: no progress for a long time (CreatingCluster)',
      task: STEP,
    },
  ]);
  expect(told({}, stalled, stalled)).toEqual([]);
});

test('a milestone is told when it is reached', () => {
  const condition = (type: Condition['type'], status: Condition['status']): Condition => ({
    type,
    title: `Title of ${type}`,
    status,
    reason: '',
    message: '',
    attempts: 0,
    lastTransitionAt: '',
    observedGeneration: 1,
  });
  const before = aCluster({
    conditions: [condition('CheckingAccount', 'Succeeded'), condition('AddingWorkerNode', 'Active')],
  });
  const conditions = [
    condition('CheckingAccount', 'Succeeded'),
    condition('AddingWorkerNode', 'Succeeded'),
    condition('RemovingNode', 'Active'),
  ];
  expect(narrate({ before, outcomes: [], records: {}, conditions })).toEqual([
    {
      severity: 'Normal',
      signal: 'transient',
      reason: 'MilestoneReached',
      message: 'Title of AddingWorkerNode succeeded',
      task: 'AddingWorkerNode',
      closes: true,
    },
  ]);
});

test('a task has finished when it was not done before', () => {
  const done = aRecord({ phase: 'done' });
  const before = aCluster({ steps: { a: done, b: aRecord() } });
  expect(finishedTasks({ before, records: { a: done, b: done, c: done, d: aRecord() } })).toEqual(['b', 'c']);
});
