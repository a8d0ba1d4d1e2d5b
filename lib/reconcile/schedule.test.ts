import { describe, expect, test } from '@jest/globals';
import { aCluster, NOON_MS } from '../../test/builders/cluster.ts';
import { aRecord } from '../../test/builders/step-outcome.ts';
import type { ClusterDocument, StepRecord } from '../domain/cluster.ts';
import { createPacing } from './pacing.ts';
import { dueLook, nextLookMs } from './schedule.ts';

/** Q is three minutes; the document was changed at noon. */
const windows = { quietMs: 180_000, pacing: createPacing(1) };
const NOON = '2026-11-20T12:00:00.000Z';
const QUIET = '2026-11-20T12:03:00.000Z';
const EARLIER = '2026-11-20T12:02:59.999Z';

describe('what the next look has to see', () => {
  test.each<[string, Partial<ClusterDocument>, number, { full: boolean; settles: boolean }]>([
    ['just changed', {}, 0, { full: false, settles: false }],
    ['a moment before the quiet time', {}, 179_999, { full: false, settles: false }],
    ['a quiet time after the change', {}, 180_000, { full: false, settles: true }],
    ['looked at quietly already', { lastFullLookAt: QUIET }, 200_000, { full: false, settles: false }],
    ['looked at too early', { lastFullLookAt: EARLIER }, 200_000, { full: false, settles: true }],
    ['half an hour after that look', { lastFullLookAt: QUIET }, 1_980_000, { full: true, settles: false }],
    ['a moment before', { lastFullLookAt: QUIET }, 1_979_999, { full: false, settles: false }],
    ['never looked at in half an hour', {}, 1_800_000, { full: true, settles: true }],
    ['deleting', { deletedAt: NOON }, 0, { full: true, settles: false }],
  ])('%s', (_what, fields, laterMs, expected) => {
    expect(dueLook(aCluster(fields), NOON_MS + laterMs, windows)).toEqual(expected);
  });
});

describe('when that is', () => {
  const record = (phase: StepRecord['phase'], nextAttemptAt?: string) =>
    aRecord({ phase, ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }) });

  test.each<[string, Partial<ClusterDocument>, Record<string, StepRecord>, number]>([
    ['a quiet time after the change', {}, {}, 180_000],
    ['then half an hour later', { lastFullLookAt: QUIET }, {}, 1_800_000],
    [
      'when the first of those who wait wants it',
      {},
      {
        a: record('active', '2026-11-20T12:00:40.000Z'),
        b: record('failed', '2026-11-20T12:00:30.000Z'),
        c: record('active'),
      },
      30_000,
    ],
    ['of a failed step', {}, { a: record('failed', '2026-11-20T12:10:00.000Z') }, 600_000],
    ['at once for what is overdue', {}, { a: record('active', '2026-11-20T11:59:00.000Z') }, 0],
    [
      'not for what is over or not begun',
      {},
      {
        a: record('done', '2026-11-20T12:00:01.000Z'),
        b: record('pending', '2026-11-20T12:00:01.000Z'),
      },
      180_000,
    ],
    ['overdue for its quiet look', { changedAt: '2026-11-20T11:00:00.000Z' }, {}, 0],
    ['a quiet time after the deletion', { deletedAt: '2026-11-20T11:59:00.000Z' }, {}, 120_000],
    ['then every minute', { deletedAt: '2026-11-20T11:57:00.000Z' }, {}, 60_000],
  ])('%s', (_what, fields, records, laterMs) => {
    expect(nextLookMs(aCluster(fields), records, NOON_MS, windows)).toBe(NOON_MS + laterMs);
  });

  test('sped-up clouds are looked at sooner', () => {
    const fast = { quietMs: 3_000, pacing: createPacing(60) };
    const settled = aCluster({ lastFullLookAt: QUIET });
    expect(nextLookMs(settled, {}, NOON_MS, fast)).toBe(NOON_MS + 30_000);
  });
});

describe('cloud time in wall time', () => {
  test.each([
    [1, 10, 10],
    [1, 0, 0],
    [60, 60_000, 1_000],
    [60, 15_000, 250],
    [60, 6_000, 250],
    [60, 1, 250],
    [60, 0, 0],
    [60, -1, 0],
  ])('at speed %i, %i ms take %i', (speed, cloudMs, wallMs) => {
    expect(createPacing(speed).wall(cloudMs)).toBe(wallMs);
  });
});
