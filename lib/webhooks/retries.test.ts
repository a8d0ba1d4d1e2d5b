import { expect, test } from '@jest/globals';
import { holdDelayMs, retryDelayMs } from './retries.ts';

const middle = { next: () => 0.5 };

test('ten attempts within three days and a bit, ever further apart', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempt) => retryDelayMs(attempt, middle));
  expect(delays).toEqual([
    5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
  ]);
  expect(retryDelayMs(10, middle)).toBeUndefined();
});

test.each([
  [0, 4_500],
  [0.999, 5_499],
])('what failed together is spread (%s)', (chance, delayMs) => {
  expect(retryDelayMs(1, { next: () => chance })).toBe(delayMs);
});

test('who finds no place steps back for longer each time, up to five minutes, ten times', () => {
  const delays = [0, 1, 5, 6, 9].map((held) => holdDelayMs(held, middle));
  expect(delays).toEqual([5_000, 10_000, 160_000, 300_000, 300_000]);
  expect(holdDelayMs(10, middle)).toBeUndefined();
});
