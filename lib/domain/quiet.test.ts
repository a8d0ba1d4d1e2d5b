/** Protocol rule 9. */
import { expect, test } from '@jest/globals';
import { isBelievedGone, isQuiet } from './quiet.ts';

const NOON = '2026-11-20T12:00:00.000Z';
const NOON_MS = Date.UTC(2026, 10, 20, 12);

test.each([
  [0, false],
  [179_999, false],
  [180_000, true],
])('a look %i ms later is quiet: %s', (laterMs, quiet) => {
  expect(isQuiet(NOON, NOON_MS + laterMs, 180_000)).toBe(quiet);
});

test.each([
  ['never recorded', undefined, 0, true],
  ['recorded a moment ago', NOON, 59_999, false],
  ['recorded longer ago than anything hides', NOON, 60_000, true],
])('what is not seen and was %s', (_what, recordedAt, laterMs, gone) => {
  expect(isBelievedGone(recordedAt, NOON_MS + laterMs, 60_000)).toBe(gone);
});
