import { describe, expect, test } from '@jest/globals';
import { aSample, someAmounts } from '../../test/builders/reports.ts';
import { toInstant } from '../domain/time.ts';
import { isClockOff, isOvertaken, samplesByOurClock } from './clocks.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;

test.each<[number, boolean, boolean]>([
  [5, false, false],
  [-5, false, false],
  [5.1, false, true],
  [-5.1, false, true],
  [4.5, true, true],
  [4, true, false],
  [0, true, false],
])('[A66] a clock that is off by %d minutes, and was off: %s, is off: %s', (minutes, wasOff, isOff) => {
  expect(isClockOff({ sentAtMs: NOW + minutes * MINUTE, receivedAtMs: NOW }, wasOff)).toBe(isOff);
});

describe('[A71] samples', () => {
  const used = { a: someAmounts(1) };
  const timesOf = (atMs: readonly number[], sentAtMs: number) =>
    samplesByOurClock(
      atMs.map((at) => aSample(at, used)),
      { sentAtMs, receivedAtMs: NOW },
    ).map(({ at }) => at);

  test('keep their time when the clock is right, however long they were on their way', () => {
    const at = NOW - MINUTE;
    expect(timesOf([at], NOW - 4_999)).toEqual([toInstant(at)]);
    expect(timesOf([at], NOW + 4_999)).toEqual([toInstant(at)]);
  });

  test('are moved by what the clock is off', () => {
    expect(timesOf([NOW - 61 * MINUTE], NOW - 60 * MINUTE)).toEqual([toInstant(NOW - MINUTE)]);
    expect(timesOf([NOW + 59 * MINUTE], NOW + 60 * MINUTE)).toEqual([toInstant(NOW - MINUTE)]);
  });

  test('come in order, one for each time, with all nodes of it', () => {
    const samples = [aSample(NOW, used), aSample(NOW - MINUTE, used), aSample(NOW, { b: someAmounts(2) })];
    expect(samplesByOurClock(samples, { sentAtMs: NOW, receivedAtMs: NOW })).toEqual([
      aSample(NOW - MINUTE, used),
      aSample(NOW, { ...used, b: someAmounts(2) }),
    ]);
  });

  test('of times that cannot be are dropped', () => {
    const day = 24 * 60 * MINUTE;
    expect(timesOf([NOW + 61_000, NOW + MINUTE, NOW - day, NOW - day + 1], NOW)).toEqual([
      toInstant(NOW - day + 1),
      toInstant(NOW + MINUTE),
    ]);
  });
});

test.each<[string, number, boolean]>([
  ['one before it', -1, false],
  ['one at the same time', 0, false],
  ['one after it', 1, true],
  ['one of an instance whose clock is a little ahead', 90_000, true],
  ['one from the future', 120_001, false],
])('what was received a minute ago is overtaken: %s', (_what, afterMs, expected) => {
  const receivedAtMs = NOW - MINUTE;
  expect(isOvertaken(receivedAtMs, receivedAtMs + afterMs, NOW)).toBe(expected);
});
