/**
 * What makes the server refuse good requests: faults that a test or a person asked for, and a limit of request units
 * per second. Only requests for documents are concerned, so that clients can always find their containers.
 */
import { CosmosError, tooManyRequests } from './errors.ts';

export interface Refusal {
  /** How many requests; without it, all within `seconds`. */
  readonly operations?: number;
  /** For how long at most; without it, until `operations` were refused. */
  readonly seconds?: number;
  /** What a throttled client is told to wait; the rest of `seconds` when absent, or 100 ms. */
  readonly retryAfterMs?: number;
}

/** Statuses that Cosmos DB answers when it is the service that cannot, not the request that is wrong. */
export type FaultStatus = 408 | 429 | 449 | 503;

interface ActiveRefusal {
  readonly status: FaultStatus;
  readonly until: number;
  readonly retryAfterMs: number | undefined;
  left: number;
}

const DEFAULT_RETRY_AFTER_MS = 100;

export class Faults {
  readonly #now: () => number;
  #refusal: ActiveRefusal | undefined;
  #answersToLose = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Replaces an earlier refusal. */
  refuse(status: FaultStatus, { operations, seconds, retryAfterMs }: Refusal): void {
    const until = seconds === undefined ? Number.POSITIVE_INFINITY : this.#now() + seconds * 1000;
    this.#refusal = { status, until, retryAfterMs, left: operations ?? Number.POSITIVE_INFINITY };
  }

  /** The next `count` requests take effect, but the connection breaks before the answer. */
  loseAnswers(count: number): void {
    this.#answersToLose = count;
  }

  clear(): void {
    this.#refusal = undefined;
    this.#answersToLose = 0;
  }

  /** Throws when the request is to be refused. */
  check(): void {
    const refusal = this.#refusal;
    if (!refusal) return;
    const remaining = refusal.until - this.#now();
    if (remaining <= 0 || refusal.left <= 0) {
      this.#refusal = undefined;
      return;
    }
    refusal.left--;
    if (refusal.status !== 429) throw new CosmosError(refusal.status, 'A fault was asked for.');
    const rest = Number.isFinite(remaining) ? remaining : DEFAULT_RETRY_AFTER_MS;
    throw tooManyRequests(refusal.retryAfterMs ?? rest);
  }

  takeLostAnswer(): boolean {
    if (this.#answersToLose <= 0) return false;
    this.#answersToLose--;
    return true;
  }
}

/**
 * Provisioned throughput: what a second may consume. As in the cloud, a request that finds something left is served in
 * full and may overdraw; the debt is paid by the seconds that follow.
 */
export class Throughput {
  readonly #perSecond: number;
  readonly #now: () => number;
  #used = 0;
  #since: number;

  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#since = now();
  }

  /** Throws 429 with the time until something is left. */
  check(): void {
    const seconds = Math.floor((this.#now() - this.#since) / 1000);
    if (seconds > 0) {
      this.#used = Math.max(0, this.#used - seconds * this.#perSecond);
      this.#since += seconds * 1000;
    }
    if (this.#used < this.#perSecond) return;
    const secondsOfDebt = Math.floor(this.#used / this.#perSecond);
    throw tooManyRequests(this.#since + secondsOfDebt * 1000 - this.#now());
  }

  charge(requestUnits: number): void {
    this.#used += requestUnits;
  }
}
