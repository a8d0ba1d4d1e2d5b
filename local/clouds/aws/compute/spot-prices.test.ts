import { describe, expect, test } from '@jest/globals';
import { percentAt, pricePoints, spotUsd } from './spot-prices.ts';

const MARKET = { instanceType: 'm5.large', zone: 'us-east-1a' };
const NOON = Date.parse('2026-11-20T12:00:00Z');
const HOUR = 3_600_000;
const RISE = { ...MARKET, at: NOON, percent: 90 };
const FALL = { ...MARKET, at: NOON + HOUR, percent: 20 };

test('the price is 35 % of on-demand until a step says otherwise', () => {
  expect(spotUsd('m5.large', 'us-east-1a', percentAt([], NOON))).toBe(0.0336);
  expect([NOON - 1, NOON, NOON + HOUR].map((at) => percentAt([RISE, FALL], at))).toEqual([35, 90, 20]);
});

test('there is no price for what is not sold', () => {
  expect([spotUsd('m3.large', 'us-east-1a', 35), spotUsd('m5.large', 'us-east-1z', 35)]).toEqual([
    undefined,
    undefined,
  ]);
});

describe('pricePoints', () => {
  const told = (from: number, to: number) =>
    pricePoints(MARKET, [RISE, FALL], { from, to }).map(({ at, usd }) => [new Date(at).toISOString(), usd]);

  test('a start in the present gives the point in force', () => {
    expect(told(NOON + 10, NOON + 10)).toEqual([['2026-11-20T12:00:00.000Z', 0.0864]]);
  });

  test('later points come first, and every day has one', () => {
    expect(told(NOON - HOUR, NOON + 13 * HOUR)).toEqual([
      ['2026-11-21T00:00:00.000Z', 0.0192],
      ['2026-11-20T13:00:00.000Z', 0.0192],
      ['2026-11-20T12:00:00.000Z', 0.0864],
      ['2026-11-20T00:00:00.000Z', 0.0336],
    ]);
  });
});
