/** How long until the next beat. Ten thousand agents must neither beat in step nor come back in step. */
import type { Chance } from '../../lib/domain/ports.ts';

const BASE_MS = 2_000;
const LONGEST_MS = 300_000;
/** Of the interval, to either side. */
const JITTER = 0.1;

export const steady = (intervalMs: number, chance: Chance): number =>
  Math.round(intervalMs * (1 - JITTER + 2 * JITTER * chance.next()));

/**
 * Full jitter: anything up to a bound that doubles with every failure. What the server asks for is the least, and is
 * spread as well. `failures` from 1.
 */
export function backoff(failures: number, chance: Chance, retryAfterMs = 0): number {
  const bound = Math.min(LONGEST_MS, BASE_MS * 2 ** Math.min(failures, 16));
  return Math.min(retryAfterMs, LONGEST_MS * 2) + Math.round(bound * chance.next());
}
