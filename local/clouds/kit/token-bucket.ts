/** Token buckets on the cloud's clock, as the clouds' own throttling is documented: a burst and a refill rate. */
import type { EpochMs } from '../../../lib/domain/time.ts';

export interface BucketRule {
  /** Tokens in a full bucket. */
  readonly burst: number;
  readonly refillPerSecond: number;
}

export type Taken =
  | { readonly ok: true; readonly remaining: number }
  /** `retryAfterMs`: cloud milliseconds until one token is there. */
  | { readonly ok: false; readonly retryAfterMs: number };

export class TokenBuckets {
  readonly #levels = new Map<string, { tokens: number; at: EpochMs }>();

  /** Takes one token out of the bucket named `key`, which starts full. */
  take(key: string, rule: BucketRule, now: EpochMs): Taken {
    const level = this.#levels.get(key) ?? { tokens: rule.burst, at: now };
    const refilled = (Math.max(0, now - level.at) / 1000) * rule.refillPerSecond;
    const tokens = Math.min(rule.burst, level.tokens + refilled);
    if (tokens < 1) {
      this.#levels.set(key, { tokens, at: now });
      return { ok: false, retryAfterMs: Math.ceil(((1 - tokens) / rule.refillPerSecond) * 1000) };
    }
    this.#levels.set(key, { tokens: tokens - 1, at: now });
    return { ok: true, remaining: Math.floor(tokens - 1) };
  }
}
