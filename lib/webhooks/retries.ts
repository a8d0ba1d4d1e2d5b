/** When a webhook that failed is tried again. Pure. */
import type { Chance } from '../domain/ports.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';

/** After the first attempt, the second, ...: what Standard Webhooks suggests, ten attempts in three days. */
const DELAYS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** Share by which a delay is longer or shorter, so that what failed together does not come back together. */
const JITTER = 0.1;

/** Milliseconds until the next attempt after attempt number `attempt` (1 is the first); `undefined`: it was the last. */
export function retryDelayMs(attempt: number, chance: Chance): number | undefined {
  const delayMs = DELAYS_MS[attempt - 1];
  return delayMs === undefined ? undefined : spread(delayMs, chance);
}

const FIRST_HOLD_MS = 5 * SECOND_MS;
const LAST_HOLD_MS = 5 * MINUTE_MS;
/** Half an hour in all; after that being held up is a failure like another. */
const MAX_HOLDS = 10;

/** Milliseconds for which an attempt steps back that found no free place; `undefined`: it did so too often. */
export function holdDelayMs(held: number, chance: Chance): number | undefined {
  return held >= MAX_HOLDS ? undefined : spread(Math.min(LAST_HOLD_MS, FIRST_HOLD_MS * 2 ** held), chance);
}

function spread(ms: number, chance: Chance): number {
  return Math.round(ms * (1 - JITTER + 2 * JITTER * chance.next()));
}
