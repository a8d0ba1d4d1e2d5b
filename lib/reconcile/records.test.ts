import { describe, expect, test } from '@jest/globals';
import { NOON_MS } from '../../test/builders/cluster.ts';
import { anOutcome, aRecord } from '../../test/builders/step-outcome.ts';
import type { StepRecord } from '../domain/cluster.ts';
import type { CloudErrorCode } from '../domain/errors.ts';
import type { StepOutcome, Turn } from './outcome.ts';
import { createPacing } from './pacing.ts';
import { foldRecords } from './records.ts';

const NOON = '2026-11-20T12:00:00.000Z';
const BEFORE = '2026-11-20T11:00:00.000Z';
const context = {
  nowMs: NOON_MS,
  pacing: createPacing(1),
  chance: { next: () => 0.5 },
  deleting: false,
};

function folded(before: StepRecord | undefined, outcome: Partial<StepOutcome>, deleting = false) {
  const steps = before === undefined ? {} : { 'aks/cluster': before };
  return foldRecords(steps, [anOutcome(outcome)], { ...context, deleting })['aks/cluster'];
}

const acted: Turn = { kind: 'acted', reason: 'CreatingCluster', event: 'Asked for it', forMs: 60_000 };
const waits: Turn = { kind: 'waiting', reason: 'CreatingCluster', forMs: 60_000 };
const done: Turn = { kind: 'done', reason: 'ClusterReady', skipped: false };
const pending: Turn = { kind: 'pending' };
const blocked: Turn = { kind: 'blocked', reason: 'Foreign', message: 'Not ours.' };
const failed = (code: CloudErrorCode, more = {}): Turn => ({
  kind: 'failed',
  error: { code, message: `${code}: said Azure`, source: 'test', ...more },
});

describe('what a turn is remembered as', () => {
  test.each<[string, Turn, Partial<StepRecord>]>([
    [
      'waiting for predecessors',
      pending,
      { phase: 'pending', reason: 'WaitingForPredecessors', message: '', attempts: 0 },
    ],
    [
      'done',
      done,
      { phase: 'done', reason: 'ClusterReady', message: '', attempts: 0, settledHash: 'hash-1' },
    ],
    ['waiting', waits, { phase: 'active', attempts: 0, nextAttemptAt: '2026-11-20T12:01:00.000Z' }],
    ['acted', acted, { phase: 'active', message: 'Asked for it', nextAttemptAt: '2026-11-20T12:01:00.000Z' }],
    [
      'blocked',
      blocked,
      {
        phase: 'failed',
        reason: 'Foreign',
        message: 'Not ours.',
        attempts: 1,
        nextAttemptAt: '2026-11-20T12:02:00.000Z',
      },
    ],
    [
      'failed',
      failed('QuotaExceeded', { hint: 'Ask for more.' }),
      {
        phase: 'failed',
        reason: 'QuotaExceeded',
        message: 'QuotaExceeded: said Azure',
        errorCode: 'QuotaExceeded',
        hint: 'Ask for more.',
        attempts: 1,
        nextAttemptAt: '2026-11-20T12:02:00.000Z',
      },
    ],
  ])('%s', (_what, turn, expected) => {
    expect(folded(undefined, { turn })).toMatchObject(expected);
  });

  test.each<[string, Turn, string]>([
    ['waiting', waits, 'As the planner says.'],
    ['acted', acted, 'As the planner says.'],
    ['done', done, 'As the planner says.'],
    ['blocked', blocked, 'Not ours.'],
  ])("the planner's words are kept: %s", (_what, turn, message) => {
    expect(folded(undefined, { turn, notes: { message: 'As the planner says.' } })?.message).toBe(message);
  });

  test('a step that is waited for has no words of its own', () => {
    expect(folded(undefined, { turn: waits })?.message).toBe('');
  });

  test('what was settled and not looked at stays as it is', () => {
    const before = aRecord({ phase: 'done', reason: 'Was', endedAt: BEFORE, message: 'said then' });
    expect(folded(before, { turn: { kind: 'done', reason: 'Was', skipped: true } })).toBe(before);
    expect(folded(before, { turn: done })).not.toBe(before);
    expect(folded(undefined, { turn: { kind: 'done', reason: 'Is', skipped: true } })?.phase).toBe('done');
  });
});

describe('tries', () => {
  test.each<[string, Turn, number]>([
    ['another failure', failed('QuotaExceeded'), 4],
    ['blocked again', blocked, 4],
    ['waiting in between', waits, 3],
    ['acting in between', acted, 3],
    ['success', done, 0],
    ['predecessors at work again', pending, 0],
  ])('after three, %s', (_what, turn, attempts) => {
    expect(folded(aRecord({ attempts: 3 }), { turn })?.attempts).toBe(attempts);
  });

  test.each<[CloudErrorCode, number, string]>([
    ['Throttled', 99, 'active'],
    ['Conflict', 99, 'active'],
    ['Unavailable', 1, 'active'],
    ['Unavailable', 2, 'failed'],
    ['DependencyInUse', 7, 'active'],
    ['DependencyInUse', 8, 'failed'],
    ['NotFound', 0, 'failed'],
    ['Unknown', 0, 'failed'],
    ['Unauthorized', 0, 'failed'],
  ])('[A95] %s after %i tries is shown as %s', (code, attempts, phase) => {
    expect(folded(aRecord({ attempts }), { turn: failed(code) })?.phase).toBe(phase);
  });
});

describe('times', () => {
  const running = aRecord({ startedAt: BEFORE });
  const over = aRecord({ phase: 'done', reason: 'ClusterReady', startedAt: BEFORE, endedAt: BEFORE });

  test.each<[string, StepRecord | undefined, Turn, string | undefined, string | undefined]>([
    ['first turn', undefined, waits, NOON, undefined],
    ['first turn and already right', undefined, done, NOON, NOON],
    ['not its turn yet', undefined, pending, undefined, undefined],
    ['its turn has come', aRecord({ phase: 'pending' }), waits, NOON, undefined],
    ['still at it', running, waits, BEFORE, undefined],
    ['still at it, start unknown', aRecord(), waits, NOON, undefined],
    ['over', running, done, BEFORE, NOON],
    ['looked at again', over, done, BEFORE, BEFORE],
    ['looked at again, end unknown', aRecord({ phase: 'done' }), done, NOON, NOON],
    ['new work', over, waits, NOON, undefined],
    ['waiting for others again', over, pending, undefined, undefined],
  ])('%s', (_what, before, turn, startedAt, endedAt) => {
    const after = folded(before, { turn });
    expect([after?.startedAt, after?.endedAt]).toEqual([startedAt, endedAt]);
  });

  test.each<[string, Turn, string]>([
    ['nothing new', { ...waits, reason: 'CreatingCluster' }, BEFORE],
    ['another reason', { ...waits, reason: 'UpdatingCluster' }, NOON],
    ['another phase', { kind: 'done', reason: 'CreatingCluster', skipped: false }, NOON],
  ])('the time of change: %s', (_what, turn, changedAt) => {
    expect(folded(aRecord(), { turn })?.changedAt).toBe(changedAt);
  });

  test.each<[string, Partial<StepRecord>, Turn, true | undefined]>([
    ['after half an hour', { changedAt: '2026-11-20T11:30:00.000Z' }, waits, true],
    ['a moment before', { changedAt: '2026-11-20T11:30:00.001Z' }, waits, undefined],
    ['failing for long', { phase: 'failed', reason: 'Unknown', changedAt: BEFORE }, failed('Unknown'), true],
    ['done for long', { phase: 'done', reason: 'ClusterReady', changedAt: BEFORE }, done, undefined],
    [
      'others at work for long',
      { phase: 'pending', reason: 'WaitingForPredecessors', changedAt: BEFORE },
      pending,
      undefined,
    ],
  ])('[A94] stalled: %s', (_what, fields, turn, stalled) => {
    expect(folded(aRecord(fields), { turn })?.stalled).toBe(stalled);
  });
});

describe('outputs', () => {
  const before = aRecord({ outputs: { id: 'a', operation: 'create' }, recordedAt: BEFORE });

  test.each<[string, StepOutcome['outputs'], StepRecord['outputs'], string]>([
    ['the same again', { id: 'a' }, { id: 'a', operation: 'create' }, BEFORE],
    ['something new', { zone: '1' }, { id: 'a', operation: 'create', zone: '1' }, NOON],
    ['something else', { id: 'b' }, { id: 'b', operation: 'create' }, NOON],
    ['something taken back', { operation: null }, { id: 'a' }, NOON],
  ])('%s', (_what, outputs, expected, recordedAt) => {
    expect(folded(before, { outputs })).toMatchObject({ recordedAt });
    expect(folded(before, { outputs })?.outputs).toEqual(expected);
  });

  test('a step without any records none, and no time of one', () => {
    const after = folded(undefined, {});
    expect(after && 'outputs' in after).toBe(false);
    expect(after && 'recordedAt' in after).toBe(false);
  });
});

describe('the milestone', () => {
  const before = aRecord({ condition: 'ReplacingNode' });

  test.each<[string, StepRecord | undefined, Partial<StepOutcome>, boolean, string]>([
    [
      'that the plan names',
      before,
      { turn: waits, notes: { condition: 'RemovingNode' } },
      false,
      'RemovingNode',
    ],
    ["else the step's own", before, { turn: waits }, false, 'CreatingInfrastructure'],
    [
      'that it worked for before the look failed',
      before,
      { turn: failed('Unknown') },
      false,
      'ReplacingNode',
    ],
    [
      "the step's own when the first look fails",
      undefined,
      { turn: failed('Unknown') },
      false,
      'CreatingInfrastructure',
    ],
    ['of the deletion', before, { turn: waits }, true, 'DeletingInfrastructure'],
  ])('%s', (_what, record, outcome, deleting, condition) => {
    expect(folded(record, outcome, deleting)?.condition).toBe(condition);
  });

  test('progress is that of this pass only', () => {
    const progress = { done: 1, total: 3 };
    expect(folded(undefined, { turn: waits, notes: { progress } })?.progress).toEqual(progress);
    expect(folded(aRecord({ progress }), { turn: waits })?.progress).toBeUndefined();
  });
});
