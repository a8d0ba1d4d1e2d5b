import { expect, test } from '@jest/globals';
import type { CloudErrorCode } from '../domain/errors.ts';
import { retryAfterMs, slowMs } from './backoff.ts';

const middle = { next: () => 0.5 };
const wait = (code: CloudErrorCode, attempts: number, hint?: number) =>
  retryAfterMs(
    { code, message: '', source: '', ...(hint === undefined ? {} : { retryAfterMs: hint }) },
    attempts,
    middle,
  );

test.each([
  ['Unavailable', 1, 5_000],
  ['Unavailable', 2, 10_000],
  ['Unavailable', 20, 300_000],
  ['Conflict', 1, 20_000],
  ['Conflict', 9, 120_000],
  ['QuotaExceeded', 1, 120_000],
  ['QuotaExceeded', 3, 270_000],
  ['QuotaExceeded', 30, 900_000],
  ['CapacityUnavailable', 30, 900_000],
  ['Unauthorized', 30, 900_000],
] as const)('[A91] %s, try %i: again after %i ms of cloud time', (code, attempts, ms) => {
  expect(wait(code, attempts)).toBeCloseTo(ms);
});

test('[A85] no number of tries ends the trying', () => {
  expect(wait('QuotaExceeded', 1_000_000)).toBeLessThanOrEqual(15 * 60_000);
});

test("a throttled call waits at least as long as the cloud's hint", () => {
  expect(wait('Throttled', 1, 42_000)).toBe(42_000);
  expect(wait('Throttled', 1)).toBe(60_000);
});

test('waits are spread by a fifth to both sides', () => {
  expect(slowMs(1, { next: () => 0 })).toBeCloseTo(96_000);
  expect(slowMs(1, { next: () => 1 })).toBeCloseTo(144_000);
});
