import { describe, expect, test } from '@jest/globals';
import { advanceMs, type Count, countIn, isMassSilence, observedClock } from './fleet.ts';
import { type Told, unheard } from './seen.ts';

const MINUTE = 60_000;

describe('the observed clock', () => {
  test.each([
    ['a period', 1, false, 1],
    ['a sweep that came late', 1.5, false, 1.5],
    ['two periods', 2, false, 2],
    ['a missed sweep counts as one period', 2.1, false, 1],
    ['so does a night', 600, false, 1],
    ['so does a run that is past due', 1.5, true, 1],
    ['a clock that is a little behind the last one', -2, false, 0],
    ['a clock that was put back', -2.1, false, 1],
    ['a clock that was put back by a day', -1440, true, 1],
    ['no time at all', 0, true, 0],
  ])('%s', (_what, minutes, isPastDue, advances) => {
    expect(advanceMs(minutes * MINUTE, { periodMs: MINUTE, isPastDue })).toBe(advances * MINUTE);
  });

  // Swept at minute 100 and, after a gap, at 115: the clock went from 50 to 51.
  const observedAt = observedClock({
    fleet: { clockMs: 115 * MINUTE, observedMs: 51 * MINUTE },
    beforeMs: 100 * MINUTE,
    advancedMs: MINUTE,
  });

  test.each([
    ['now', 115, 51],
    ['from the future', 117, 51],
    ['half a minute ago', 114.5, 50.5],
    ['in the gap', 108, 50],
    ['at the sweep before', 100, 50],
    ['three minutes before that', 97, 47],
  ])('of a beat %s', (_what, minute, observedMinute) => {
    expect(observedAt(minute * MINUTE) / MINUTE).toBe(observedMinute);
  });
});

describe('the observed clock, after ours was put back by an hour', () => {
  // Swept at minute 100 and then at minute 41: a minute of observation.
  const observedAt = observedClock({
    fleet: { clockMs: 41 * MINUTE, observedMs: 51 * MINUTE },
    beforeMs: 100 * MINUTE,
    advancedMs: MINUTE,
  });

  test.each([
    ['now', 41, 51],
    ['half a minute ago', 40.5, 50.5],
    ['by the clock as it was', 100, 51],
    ['before that', 38, 48],
  ])('of a beat %s', (_what, minute, observedMinute) => {
    expect(observedAt(minute * MINUTE) / MINUTE).toBe(observedMinute);
  });
});

test.each<[string, Told, number, Count]>([
  ['alive', 'heard', 3.9, { alive: 1, fallen: 0, mass: 0 }],
  ['fallen', 'heard', 4, { alive: 0, fallen: 1, mass: 0 }],
  ['fallen not long ago', 'heard', 13.9, { alive: 0, fallen: 1, mass: 0 }],
  ['silent for longer than others of today', 'heard', 14, { alive: 0, fallen: 0, mass: 0 }],
  ['known to be part of it', 'mass', 30, { alive: 0, fallen: 0, mass: 1 }],
  ['missing before', 'missing', 5, { alive: 0, fallen: 0, mass: 0 }],
  ['never heard of', 'none', 5, { alive: 0, fallen: 0, mass: 0 }],
])('a cluster that is %s', (_what, told, silentMinutes, expected) => {
  const count: Count = { alive: 0, fallen: 0, mass: 0 };
  countIn(count, { ...unheard(60 * MINUTE - silentMinutes * MINUTE), told }, 60 * MINUTE, 4 * MINUTE);
  expect(count).toEqual(expected);
});

describe('a mass silence', () => {
  const count = (alive: number, fallen: number, mass = 0): Count => ({ alive, fallen, mass });

  test.each([
    ['ten of fifty', count(40, 10), false, true],
    ['nine of ten', count(1, 9), false, false],
    ['ten of fifty-one', count(41, 10), false, false],
    ['all of ten', count(0, 10), false, true],
    ['those who were told already begin none', count(10, 1, 50), false, false],
    ['lasts while it is a tenth', count(90, 0, 10), true, true],
    ['ends below a tenth', count(91, 0, 10), true, false],
    ['ends below ten clusters', count(5, 4, 5), true, false],
    ['lasts with new ones', count(80, 5, 5), true, true],
  ])('%s', (_what, counted, wasOne, expected) => {
    expect(isMassSilence(counted, wasOne)).toBe(expected);
  });
});
