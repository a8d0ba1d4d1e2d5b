import { expect, test } from '@jest/globals';
import { NOON_MS } from '../../../../test/builders/aks-pool.ts';
import { aRecord } from '../../../../test/builders/step-outcome.ts';
import { isRepairDue, shownFailure, words } from './repair.ts';

const quota = { code: 'QuotaExceeded', message: 'X: no vCPU.', source: 'test' } as const;
const at = '2026-11-20T12:00:01.000Z';

test.each([
  ['nothing was remembered', undefined, undefined],
  ['it works', aRecord({ nextAttemptAt: at }), undefined],
  [
    'it failed',
    aRecord({ phase: 'failed', reason: 'QuotaExceeded', nextAttemptAt: at }),
    { reason: 'QuotaExceeded', nextAttemptAt: at },
  ],
  ['somebody woke it', aRecord({ phase: 'failed', reason: 'QuotaExceeded' }), { reason: 'QuotaExceeded' }],
])('what was shown: %s', (_what, record, shown) => {
  expect(shownFailure(record)).toEqual(shown);
});

test.each([
  ['never shown', undefined, NOON_MS, false],
  ['another one was shown', { reason: 'Unknown' }, NOON_MS, false],
  ['shown, and somebody woke it', { reason: 'QuotaExceeded' }, NOON_MS, true],
  ['shown, a second early', { reason: 'QuotaExceeded', nextAttemptAt: at }, NOON_MS, true],
  ['shown, too early', { reason: 'QuotaExceeded', nextAttemptAt: at }, NOON_MS - 1, false],
])('[A91] it is tried again: %s', (_what, shown, nowMs, due) => {
  expect(isRepairDue(shown, quota, nowMs)).toBe(due);
});

test('[A90] a hint follows the words', () => {
  expect(words(quota)).toBe('X: no vCPU.');
  expect(words({ ...quota, hint: 'Ask for more.' })).toBe('X: no vCPU. Ask for more.');
});
