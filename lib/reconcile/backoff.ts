/**
 * When a failed step is tried again, in cloud milliseconds. Nothing gives up: what only people can mend is tried every
 * few minutes, because nobody tells us that a quota was raised.
 */
import { type CloudError, RETRY } from '../domain/errors.ts';
import type { Chance } from '../domain/ports.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';

const BACKOFF = { firstMs: 5 * SECOND_MS, factor: 2, capMs: 5 * MINUTE_MS } as const;
/** Another operation runs: it ends within minutes and costs one read to ask. */
const SOON = { firstMs: 20 * SECOND_MS, factor: 1.5, capMs: 2 * MINUTE_MS } as const;
/** Capacity, quota, permission: somebody has to do something, which takes minutes at least. Our choice: docs/limits.md. */
export const SLOW = { firstMs: 2 * MINUTE_MS, factor: 1.5, capMs: 15 * MINUTE_MS } as const;
/** A 429 without a header: the reference controllers count it as a minute. */
const THROTTLED_WITHOUT_HINT_MS = MINUTE_MS;

type Curve = { readonly firstMs: number; readonly factor: number; readonly capMs: number };

/** `attempts`: failed tries in a row, this one included. The spread keeps a thousand clusters from returning at once. */
export function retryAfterMs(error: CloudError, attempts: number, chance: Chance): number {
  const wait = waitFor(error, attempts);
  return Math.max(error.retryAfterMs ?? 0, spread(wait, chance));
}

function waitFor(error: CloudError, attempts: number): number {
  const retry = RETRY[error.code];
  switch (retry) {
    case 'after-hint':
      return error.retryAfterMs ?? THROTTLED_WITHOUT_HINT_MS;
    case 'backoff':
      return grown(BACKOFF, attempts);
    case 'soon':
      return grown(SOON, attempts);
    case 'slow':
      return grown(SLOW, attempts);
  }
}

export function slowMs(attempts: number, chance: Chance): number {
  return spread(grown(SLOW, attempts), chance);
}

function grown(curve: Curve, attempts: number): number {
  return Math.min(curve.capMs, curve.firstMs * curve.factor ** Math.max(0, attempts - 1));
}

/** 80 % to 120 %. */
function spread(ms: number, chance: Chance): number {
  return ms * (0.8 + 0.4 * chance.next());
}
