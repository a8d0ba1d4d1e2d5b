import { describe, expect, test } from '@jest/globals';
import type { StepPhase, StepRecord } from '../domain/cluster.ts';
import type { Condition, ConditionType } from '../domain/conditions.ts';
import { foldConditions } from './conditions.ts';

const THEN = '2026-11-20T11:00:00.000Z';
const NOW = '2026-11-20T12:00:00.000Z';
const context = { now: NOW, observedGeneration: 3, deleting: false };

function record(phase: StepPhase, condition: ConditionType, more: Partial<StepRecord> = {}): StepRecord {
  return {
    title: 'A step',
    phase,
    condition,
    reason: `Is${phase}`,
    message: '',
    attempts: 0,
    changedAt: THEN,
    ...more,
  };
}

const short = (conditions: readonly Condition[]) => conditions.map(({ type, status }) => `${type} ${status}`);

describe('foldConditions', () => {
  test('[A87, A88] a milestone has type, title, status, reason, message, attempts and times', () => {
    const failed = record('failed', 'CreatingInfrastructure', {
      reason: 'QuotaExceeded',
      message: 'ErrCode: limit 10.',
      hint: 'Ask for more.',
      attempts: 2,
      nextAttemptAt: '2026-11-20T12:05:00.000Z',
    });

    expect(foldConditions([], { 'aks/cluster': failed }, context)).toEqual([
      {
        type: 'CreatingInfrastructure',
        title: 'Creating Infrastructure',
        status: 'Failed',
        reason: 'QuotaExceeded',
        message: 'ErrCode: limit 10. Ask for more.',
        attempts: 2,
        nextAttemptAt: '2026-11-20T12:05:00.000Z',
        lastTransitionAt: NOW,
        observedGeneration: 3,
      },
    ]);
  });

  test('[A88] the named examples read as promised', () => {
    const steps = {
      a: record('active', 'CreatingInfrastructure'),
      b: record('pending', 'AddingControlPlaneNode'),
      c: record('pending', 'CustomizingImage'),
    };
    expect(foldConditions([], steps, context).map(({ title }) => title)).toEqual([
      'Creating Infrastructure',
      'Customizing Image',
      'Adding Control Plane Node',
    ]);
  });

  test.each([
    ['failed', 'active', 'Failed'],
    ['active', 'pending', 'Active'],
    ['done', 'pending', 'Pending'],
    ['done', 'active', 'Active'],
    ['done', 'done', 'Succeeded'],
  ] as const)('[A89] of two steps of a milestone, %s and %s make it %s', (one, other, status) => {
    const steps = { a: record(one, 'AddingWorkerNode'), b: record(other, 'AddingWorkerNode') };
    expect(short(foldConditions([], steps, context))).toEqual([`AddingWorkerNode ${status}`]);
  });

  test('the time of the last transition moves with the status only', () => {
    const first = foldConditions(
      [],
      { a: record('active', 'CreatingInfrastructure') },
      { ...context, now: THEN },
    );
    const again = foldConditions(
      first,
      { a: record('active', 'CreatingInfrastructure', { reason: 'Other' }) },
      context,
    );
    const done = foldConditions(again, { a: record('done', 'CreatingInfrastructure') }, context);

    expect([first, again, done].map(([one]) => one?.lastTransitionAt)).toEqual([THEN, THEN, NOW]);
  });

  test('a milestone whose steps are over stays as the success that it became', () => {
    const replacing = foldConditions([], { p: record('active', 'ReplacingNode') }, context);
    const after = foldConditions(replacing, { p: record('done', 'AddingWorkerNode') }, context);
    expect(short(after)).toEqual(['AddingWorkerNode Succeeded', 'ReplacingNode Succeeded']);
  });

  test('a deletion drops what was under way and keeps what had been reached', () => {
    const before = foldConditions(
      [],
      { a: record('done', 'CheckingAccount'), b: record('failed', 'CreatingInfrastructure') },
      context,
    );
    const steps = { b: record('active', 'DeletingInfrastructure') };
    expect(short(foldConditions(before, steps, { ...context, deleting: true }))).toEqual([
      'CheckingAccount Succeeded',
      'DeletingInfrastructure Active',
    ]);
  });

  test('of several steps it has the most tries and the next attempt that comes first', () => {
    const steps = {
      a: record('active', 'CreatingInfrastructure', {
        attempts: 1,
        nextAttemptAt: '2026-11-20T12:05:00.000Z',
      }),
      b: record('active', 'CreatingInfrastructure', {
        attempts: 3,
        nextAttemptAt: '2026-11-20T12:03:00.000Z',
      }),
      c: record('active', 'CreatingInfrastructure'),
    };
    expect(foldConditions([], steps, context)).toMatchObject([
      { reason: 'Isactive', attempts: 3, nextAttemptAt: '2026-11-20T12:03:00.000Z' },
    ]);
  });

  test('of steps that are equally bad the first speaks', () => {
    const steps = {
      a: record('failed', 'CreatingInfrastructure', { reason: 'First' }),
      b: record('failed', 'CreatingInfrastructure', { reason: 'Second' }),
    };
    expect(foldConditions([], steps, context)[0]?.reason).toBe('First');
  });

  test.each([
    ['nothing waits', record('active', 'CreatingInfrastructure')],
    ['it succeeded', record('done', 'CreatingInfrastructure', { nextAttemptAt: NOW })],
  ])('there is no next attempt when %s', (_what, step) => {
    expect(foldConditions([], { a: step }, context)[0]).not.toHaveProperty('nextAttemptAt');
  });

  test('a milestone that is over keeps no tries', () => {
    const failing = foldConditions(
      [],
      { p: record('failed', 'ReplacingNode', { attempts: 4, nextAttemptAt: NOW, message: 'no' }) },
      { ...context, now: THEN },
    );
    expect(foldConditions(failing, {}, context)).toEqual([
      {
        type: 'ReplacingNode',
        title: 'Replacing Node',
        status: 'Succeeded',
        reason: 'Finished',
        message: '',
        attempts: 0,
        lastTransitionAt: NOW,
        observedGeneration: 3,
      },
    ]);
  });
});
