/**
 * Token buckets per credential, API family and verb, so that we slow down before a cloud tells us to, and all passes
 * of a throttled credential wait in line. Kept in memory: an instance that has not learned of a throttling yet spends
 * one call on learning it.
 */
import type { CloudCall, Rate } from '../clouds/port.ts';
import type { Clock } from '../domain/ports.ts';
import { MINUTE_MS } from '../domain/time.ts';

/**
 * Azure Resource Manager per principal, subscription and region:
 * learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
export const DEFAULT_RATES = {
  read: { burst: 250, perSecond: 25 },
  write: { burst: 200, perSecond: 10 },
} as const satisfies Record<CloudCall['verb'], Rate>;

export interface Budgets {
  /** Takes one call; `undefined`: go. Otherwise cloud milliseconds until there is room. */
  take(credential: string, call: CloudCall): number | undefined;
  /** The cloud refused: nothing of this family for that long. */
  close(credential: string, call: CloudCall, retryAfterMs: number | undefined): void;
}

interface Bucket {
  tokens: number;
  filledAt: number;
  closedUntil: number;
  /** What is filled in until then is spoken for by passes that were sent away. */
  promisedUntil: number;
}

/**
 * A pass that was sent away comes back for this many calls. Without a place in line all of them would come back for the
 * next token: a thousand clusters of one subscription wrote a thousand documents for each call that got through.
 */
const CALLS_OF_A_PASS = 4;

/** `speed`: cloud milliseconds that pass in one wall millisecond. */
export function createBudgets(
  clock: Clock,
  speed: number,
  rates: Record<CloudCall['verb'], Rate> = DEFAULT_RATES,
): Budgets {
  const buckets = new Map<string, Bucket>();
  const cloudNow = () => clock.monotonic() * speed;
  const rateOf = (call: CloudCall): Rate => call.rate ?? rates[call.verb];

  function bucket(credential: string, call: CloudCall): Bucket {
    const key = `${credential}|${call.family}|${call.verb}`;
    const known = buckets.get(key) ?? {
      tokens: rateOf(call).burst,
      filledAt: cloudNow(),
      closedUntil: 0,
      promisedUntil: 0,
    };
    buckets.set(key, known);
    return known;
  }

  return {
    take(credential, call) {
      const now = cloudNow();
      const rate = rateOf(call);
      const one = bucket(credential, call);
      if (one.closedUntil > now) return placeInLine(one, rate, one.closedUntil) - now;
      one.tokens = Math.min(rate.burst, one.tokens + ((now - one.filledAt) / 1000) * rate.perSecond);
      one.filledAt = now;
      if (one.tokens < 1) return placeInLine(one, rate, now) - now;
      one.tokens -= 1;
      return undefined;
    },
    close(credential, call, retryAfterMs = MINUTE_MS) {
      const one = bucket(credential, call);
      one.closedUntil = Math.max(one.closedUntil, cloudNow() + retryAfterMs);
      // Somebody else has spent what we thought was ours: it fills again from the end of the refusal.
      one.tokens = 0;
      one.filledAt = one.closedUntil;
    },
  };
}

/** When enough for one pass will have been filled in after everybody who waits already. */
function placeInLine(one: Bucket, rate: Rate, from: number): number {
  one.promisedUntil = Math.max(one.promisedUntil, from) + (CALLS_OF_A_PASS / rate.perSecond) * 1000;
  return one.promisedUntil;
}
