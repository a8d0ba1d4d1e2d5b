import { describe, expect, test } from '@jest/globals';
import { parseSchedule } from './schedule.ts';

describe('parseSchedule', () => {
  test.each([
    ['every second', '* * * * * *', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z'],
    [
      'strictly after, also within a second',
      '*/10 * * * * *',
      '2026-01-01T00:00:09.999Z',
      '2026-01-01T00:00:10.000Z',
    ],
    [
      'every five minutes in office hours',
      '0 */5 9-17 * * 1-5',
      '2026-01-02T17:56:00.000Z',
      '2026-01-05T09:00:00.000Z',
    ],
    ['names', '0 0 6 * Jan Mon', '2026-01-06T00:00:00.000Z', '2026-01-12T06:00:00.000Z'],
    ['a start with a step', '0 5/10 * * * *', '2026-03-01T00:05:00.000Z', '2026-03-01T00:15:00.000Z'],
    ['five fields have no seconds', '30 2 * * *', '2026-03-01T02:30:00.000Z', '2026-03-02T02:30:00.000Z'],
    [
      'day of month and day of week must both match',
      '0 0 0 13 * Fri',
      '2026-03-14T00:00:00.000Z',
      '2026-11-13T00:00:00.000Z',
    ],
    ['UTC has no change of hour', '0 30 2 * * *', '2026-03-29T00:00:00.000Z', '2026-03-29T02:30:00.000Z'],
    ['29 February', '0 0 0 29 2 *', '2026-01-01T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
  ])('%s', (_what, expression, after, expected) => {
    const next = parseSchedule(expression).nextAfter(Date.parse(after));
    expect(new Date(next).toISOString()).toBe(expected);
  });

  test.each(['', 'now and then', '00:05:00', '* * *', '0 61 * * * *', '* * * * * * 2027'])(
    'refuses "%s"',
    (expression) => {
      expect(() => parseSchedule(expression)).toThrow();
    },
  );

  test('says so when a schedule never comes due', () => {
    expect(() => parseSchedule('0 0 0 30 2 *').nextAfter(0)).toThrow('no next occurrence');
  });
});
