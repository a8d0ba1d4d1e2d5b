import { expect, test } from '@jest/globals';
import {
  DRAIN_LOOK_MS,
  firstLook,
  NODE_LOOK_MS,
  NODES_READY_WITHIN_MS,
  nextLook,
  SCHEDULE,
} from './timing.ts';

test.each<[keyof typeof SCHEDULE, number, number]>([
  ['createCluster', 285_000, 106_000],
  ['updateCluster', 60_000, 40_000],
  ['deleteCluster', 180_000, 60_000],
  ['createPool', 90_000, 30_000],
  ['updatePool', 45_000, 30_000],
  ['deletePool', 60_000, 30_000],
  ['deleteMachines', 45_000, 30_000],
])('%s is looked at after %i ms, then every %i ms', (operation, firstMs, everyMs) => {
  expect(SCHEDULE[operation]).toEqual({ firstMs, everyMs });
});

test('nodes have their own rhythm', () => {
  expect([DRAIN_LOOK_MS, NODE_LOOK_MS, NODES_READY_WITHIN_MS]).toEqual([15_000, 40_000, 900_000]);
});

const schedule = { firstMs: 100_000, everyMs: 40_000 };

test.each([
  ['no advice', {}, 100_000],
  ['advice to come sooner', { retryAfterMs: 20_000 }, 100_000],
  ['advice to come later', { retryAfterMs: 120_000 }, 120_000],
])("Azure's advice is a lower bound: %s", (_what, accepted, ms) => {
  expect(firstLook(schedule, accepted)).toBe(ms);
});

test.each([
  [0, 100_000],
  [70_000, 30_000],
  [95_000, 10_000],
  [99_999, 10_000],
  [100_000, 40_000],
  [500_000, 40_000],
])('%i ms after it was asked for, the next look is in %i', (elapsed, ms) => {
  expect(nextLook(schedule, elapsed)).toBe(ms);
});
