import { expect, test } from '@jest/globals';
import { asClusterId } from '../domain/ids.ts';
import { BeatLimit } from './beat-limit.ts';

const SHOP = asClusterId('shop');
const SECOND = 1_000;
const MINUTE = 60_000;

/** How many of the beats that come every so often are taken, from `fromMs` on. */
function taken(limit: BeatLimit, everyMs: number, forMs: number, fromMs = 0): number {
  let count = 0;
  for (let at = 0; at < forMs; at += everyMs) if (limit.takes(SHOP, fromMs + at)) count += 1;
  return count;
}

test.each([
  ['a beat a minute', MINUTE, MINUTE],
  ['a beat every ten seconds, as locally', 10 * SECOND, 10 * SECOND],
  ['an agent that beats six times as often as it is told', 10 * SECOND, MINUTE],
])('%s is never limited', (_what, everyMs, beatMs) => {
  const hours = 48 * 60 * MINUTE;
  expect(taken(new BeatLimit(beatMs), everyMs, hours)).toBe(hours / everyMs);
});

test('the largest report in all its parts, once a minute, is never limited', () => {
  const limit = new BeatLimit(MINUTE);
  for (let minute = 0; minute < 24 * 60; minute += 1)
    expect(taken(limit, 10, 192 * 10, minute * MINUTE)).toBe(192);
});

test('nor is one whose last part fails five times in a row', () => {
  const limit = new BeatLimit(MINUTE);
  for (let attempt = 0; attempt < 5; attempt += 1)
    expect(taken(limit, 1, 192, attempt * 2 * SECOND)).toBe(192);
});

test('of a hundred beats a second three a second are taken, after the first thousand', () => {
  const limit = new BeatLimit(MINUTE);
  expect(taken(limit, 10, MINUTE)).toBe(1_000 + 191);
  expect(taken(limit, 10, MINUTE, MINUTE)).toBe(192);
});

test('it is over when the agent calms down', () => {
  const limit = new BeatLimit(MINUTE);
  taken(limit, 10, MINUTE);
  expect(limit.takes(SHOP, MINUTE)).toBe(true);
  expect(limit.takes(SHOP, MINUTE)).toBe(false);
  expect(taken(limit, MINUTE, 60 * MINUTE, 2 * MINUTE)).toBe(60);
});

test('it is nobody else’s', () => {
  const limit = new BeatLimit(MINUTE);
  taken(limit, 10, MINUTE);
  expect(limit.takes(SHOP, MINUTE - 1)).toBe(false);
  expect(limit.takes(asClusterId('other'), MINUTE - 1)).toBe(true);
});

test('what it remembers is bounded', () => {
  const limit = new BeatLimit(MINUTE);
  taken(limit, 1, 1_010);
  expect(limit.takes(SHOP, 1_010)).toBe(false);
  for (let index = 0; index < 100_000; index += 1) limit.takes(asClusterId(`cluster ${index}`), 1_010);
  expect(limit.takes(SHOP, 1_010)).toBe(true);
});
