import { describe, expect, test } from '@jest/globals';
import { toEpochMs, toInstant } from '../domain/time.ts';
import { type CronTime, isCron, isTimezone, latestFire, nextFire } from './cron.ts';

const BERLIN = 'Europe/Berlin';

function fires(time: CronTime, after: string, count: number): readonly string[] {
  const found: string[] = [];
  let at = toEpochMs(after);
  for (let index = 0; index < count; index += 1) {
    at = nextFire(time, at) ?? Number.NaN;
    found.push(toInstant(at));
  }
  return found;
}

describe('[A97] [A98] [A99] when schedules fire', () => {
  test.each<[string, CronTime, string, readonly string[]]>([
    [
      'in UTC when no zone is named',
      { cron: '0 3 * * 6' },
      '2026-11-20T12:00:00Z',
      ['2026-11-21T03:00:00.000Z', '2026-11-28T03:00:00.000Z'],
    ],
    [
      'never at the time that it is asked from',
      { cron: '0 3 * * *' },
      '2026-11-21T03:00:00Z',
      ['2026-11-22T03:00:00.000Z'],
    ],
    [
      'at the same time on the wall, winter and summer',
      { cron: '0 9 * * *', timezone: BERLIN },
      '2026-03-28T00:00:00Z',
      ['2026-03-28T08:00:00.000Z', '2026-03-29T07:00:00.000Z'],
    ],
    [
      'when the clock jumps over its time in spring',
      { cron: '30 2 * * *', timezone: BERLIN },
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'],
    ],
    [
      'once when its time comes twice in autumn',
      { cron: '30 2 * * *', timezone: BERLIN },
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    ],
    [
      'in each of the two hours when it fires every hour',
      { cron: '0 * * * *', timezone: BERLIN },
      '2026-10-24T23:30:00Z',
      ['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000Z'],
    ],
    [
      'by a half hour where the clock moves by one',
      { cron: '30 2 * * *', timezone: 'Australia/Lord_Howe' },
      '2026-10-03T12:00:00Z',
      ['2026-10-03T15:30:00.000Z', '2026-10-04T15:30:00.000Z'],
    ],
    [
      'in leap years only',
      { cron: '0 0 29 2 *' },
      '2026-11-20T12:00:00Z',
      ['2028-02-29T00:00:00.000Z', '2032-02-29T00:00:00.000Z'],
    ],
  ])('%s', (_what, time, after, expected) => {
    expect(fires(time, after, expected.length)).toEqual(expected);
  });

  test('never, for a date that no year has', () => {
    expect(nextFire({ cron: '0 0 31 2 *' }, toEpochMs('2026-11-20T12:00:00Z'))).toBeUndefined();
  });
});

describe('what was missed', () => {
  const nightly: CronTime = { cron: '0 2 * * *' };

  test.each<[string, string, string, string | undefined]>([
    ['nothing before its time', '2026-11-20T02:00:00Z', '2026-11-21T01:59:59.999Z', undefined],
    [
      'its time to the millisecond',
      '2026-11-20T02:00:00Z',
      '2026-11-21T02:00:00Z',
      '2026-11-21T02:00:00.000Z',
    ],
    ['nothing that is dealt with', '2026-11-21T02:00:00Z', '2026-11-21T23:00:00Z', undefined],
    [
      'only the last of five nights',
      '2026-11-20T02:00:00Z',
      '2026-11-25T12:00:00Z',
      '2026-11-25T02:00:00.000Z',
    ],
  ])('%s', (_what, after, until, expected) => {
    const at = latestFire(nightly, toEpochMs(after), toEpochMs(until));
    expect(at === undefined ? undefined : toInstant(at)).toBe(expected);
  });
});

test.each<[unknown, boolean]>([
  ['0 3 * * 6', true],
  [' */5 * * * * ', true],
  ['0 3 * * SAT', true],
  ['0 3 * *', false],
  ['0 0 3 * * 6', false],
  ['@daily', false],
  ['61 3 * * *', false],
  ['x'.repeat(101), false],
  [7, false],
])('%p is a schedule: %p', (text, expected) => {
  expect(isCron(text)).toBe(expected);
});

test.each<[unknown, boolean]>([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['America/Argentina/Salta', true],
  ['Etc/GMT+5', true],
  ['Europe/Nowhere', false],
  ['+01:00', false],
  ['', false],
  [60, false],
])('%p is a time zone: %p', (text, expected) => {
  expect(isTimezone(text)).toBe(expected);
});

describe('[A97] stepping through a change of the clock finds every fire exactly once', () => {
  const NIGHTS = [
    ['2026-03-28T23:00:00Z', '2026-03-29T04:00:00Z'],
    ['2026-10-24T22:00:00Z', '2026-10-25T04:00:00Z'],
    ['2026-11-01T02:00:00Z', '2026-11-01T08:00:00Z'],
  ] as const;

  function expectedFires(time: CronTime, begin: number, end: number): readonly number[] {
    const first = nextFire(time, begin);
    if (first === undefined || first > end) return [];
    return [first, ...expectedFires(time, first, end)];
  }

  test.each<CronTime>([
    { cron: '30 2 * * *', timezone: BERLIN },
    { cron: '*/20 1-3 * * *', timezone: BERLIN },
    { cron: '15 * * * *', timezone: 'America/St_Johns' },
  ])('$cron in $timezone', (time) => {
    for (const [from, to] of NIGHTS) {
      const [begin, end] = [toEpochMs(from), toEpochMs(to)];
      const found: number[] = [];
      // Shorter than the time between two fires, and never in step with them.
      for (let now = begin; now < end + 301_000; now += 301_000) {
        const at = latestFire(time, found.at(-1) ?? begin, Math.min(now, end));
        if (at !== undefined) found.push(at);
      }
      expect(found).toEqual(expectedFires(time, begin, end));
    }
  });
});
