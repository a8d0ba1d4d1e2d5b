import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['PT10M', 600_000],
  ['PT1H30M', 5_400_000],
  ['P7D', 604_800_000],
  ['P1W', 604_800_000],
  ['P1DT1S', 86_401_000],
  ['PT0S', 0],
  ['PT1.5S', 1_500],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 'P', 'PT', 'P1DT', '10m', 'PT-1M', 'P1M', 'P1Y', 'PT1M1H', 'pt10m', 'PT1M ', 'PT9999999999S'])(
  '«%s» is none',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test('what is formatted reads back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000_000 }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});

test.each([
  [600_000, 'PT10M'],
  [604_800_000, 'P7D'],
  [5_400_000, 'PT1H30M'],
  [0, 'PT0S'],
])('%i ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
