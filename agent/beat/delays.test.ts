import { expect, test } from '@jest/globals';
import { backoff, steady } from './delays.ts';

const always = (value: number) => ({ next: () => value });

test('beats are spread over a tenth to either side', () => {
  expect(steady(60_000, always(0))).toBe(54_000);
  expect(steady(60_000, always(0.5))).toBe(60_000);
  expect(steady(60_000, always(0.999))).toBeLessThan(66_000);
});

test.each([
  [1, 4_000],
  [2, 8_000],
  [5, 64_000],
  [8, 300_000],
  [10_000, 300_000],
])('after %d failures it waits anything up to %d ms', (failures, bound) => {
  expect(backoff(failures, always(0))).toBe(0);
  expect(backoff(failures, always(0.5))).toBe(bound / 2);
  expect(backoff(failures, always(0.999_999))).toBeLessThanOrEqual(bound);
});

test('what the server asks for is the least', () => {
  expect(backoff(1, always(0), 30_000)).toBe(30_000);
  expect(backoff(1, always(0.5), 30_000)).toBe(32_000);
});

test('no server can silence it for long', () => {
  expect(backoff(1, always(0), 86_400_000)).toBe(600_000);
});
