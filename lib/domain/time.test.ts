import { expect, test } from '@jest/globals';
import { elapsedMs } from './time.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);

test.each<[string | undefined, number, number]>([
  [undefined, 1, Number.POSITIVE_INFINITY],
  ['2026-11-20T11:59:50.000Z', 1, 10_000],
  ['2026-11-20T11:59:50.000Z', 60, 600_000],
  ['2026-11-20T12:00:05.000Z', 60, 0],
])('since %s at speed %i: %i ms', (since, speed, ms) => {
  expect(elapsedMs(since, NOON_MS, speed)).toBe(ms);
});
