import { describe, expect, test } from '@jest/globals';
import { aWish, observedPool } from '../../../test/builders/machines.ts';
import type { MachinePrices } from '../../domain/prices.ts';
import { isSpotBack, spotChoice } from './spot.ts';

const spot = (maxBidPercent: number, fallback: 'none' | 'on-demand' = 'none') =>
  aWish({ capacity: 'spot', spot: { maxBidPercent, fallback }, zones: ['a', 'b'] });

const prices = (onDemandUsd: number, a: number, b: number): MachinePrices => ({
  onDemandUsd,
  spot: [
    { zone: 'a', usd: a },
    { zone: 'b', usd: b },
    { zone: 'c', usd: 0.001 },
  ],
});

const at = (seen: MachinePrices | undefined) => ({
  observed: observedPool(seen === undefined ? {} : { prices: seen }),
});

describe('what may be bought', () => {
  test.each<[string, number, MachinePrices, readonly string[], string]>([
    ['all zones of the pool within the bid', 50, prices(0.1, 0.04, 0.05), ['a', 'b'], '0.0500'],
    ['the bid is rounded down', 33, prices(0.0999, 0.02, 0.0329), ['a', 'b'], '0.0329'],
    ['a price at the bid is within it', 30, prices(0.1, 0.0301, 0.03), ['b'], '0.0300'],
    ['more than on-demand, by choice', 120, prices(0.1, 0.12, 0.13), ['a'], '0.1200'],
  ])('%s', (_what, percent, seen, zones, bid) => {
    const choice = spotChoice(at(seen), spot(percent));
    if (choice.kind !== 'spot') throw new Error(`Chose ${choice.kind}`);
    expect(choice.zones.map(({ zone }) => zone)).toEqual(zones);
    expect(choice.maxPriceUsd).toBe(bid);
  });

  test('nothing in range: waits and says the prices, or runs on-demand when told to', () => {
    const dear = at(prices(0.1, 0.06, 0.07));
    expect(spotChoice(dear, spot(50))).toEqual({
      kind: 'wait',
      reason: 'WaitingForSpotPrice',
      message: 'The spot price of m5.large is 0.0600 in a, 0.0700 in b; the limit is 0.0500 USD an hour.',
    });
    expect(spotChoice(dear, spot(50, 'on-demand'))).toEqual({ kind: 'on-demand' });
  });

  test('a type without a spot market in the zones', () => {
    const choice = spotChoice(at({ onDemandUsd: 0.1, spot: [] }), spot(50));
    expect(choice).toMatchObject({
      message: 'm5.large has no spot price in a, b; the limit is 0.0500 USD an hour.',
    });
  });

  test('a bid that the cloud would refuse is never made', () => {
    expect(spotChoice(at(prices(0.01, 0.0005, 0.0005)), spot(10)).kind).toBe('wait');
  });

  test('without an on-demand price there is no bid, and no fallback either', () => {
    const trouble = { observed: observedPool({ priceTrouble: 'Throttled: slow down' }) };
    expect(spotChoice(trouble, spot(50, 'on-demand'))).toEqual({
      kind: 'wait',
      reason: 'WaitingForPriceList',
      message: 'The price of m5.large is not known, so nothing can be bid. Throttled: slow down',
    });
    expect(spotChoice(at(undefined), spot(50))).toMatchObject({
      message: 'The price of m5.large is not known, so nothing can be bid.',
    });
  });
});

test.each([
  [0.0475, true],
  [0.0476, false],
  [0.05, false],
])('at %d against a bid of 0.05, leaving on-demand again: %s', (usd, back) => {
  expect(isSpotBack(at(prices(0.1, usd, 0.09)), spot(50, 'on-demand'))).toBe(back);
});
