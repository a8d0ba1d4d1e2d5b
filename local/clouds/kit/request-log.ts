/** What was asked of a simulated cloud, newest last, bounded. For tests that assert how a client behaved. */
import type { EpochMs } from '../../../lib/domain/time.ts';

export interface LoggedRequest {
  /** Cloud time. */
  readonly at: EpochMs;
  readonly method: string;
  readonly path: string;
  /** The cloud's name of what was asked: `managedClusters.createOrUpdate`. */
  readonly operation: string;
  /** Who asked, when that was established. */
  readonly caller?: string;
  /** 0: the connection was cut. */
  readonly status: number;
}

export class RequestLog {
  readonly #limit: number;
  #entries: LoggedRequest[] = [];

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    // Dropped in halves, so that a full log costs nothing per request.
    if (this.#entries.length > this.#limit) this.#entries = this.#entries.slice(-Math.ceil(this.#limit / 2));
  }

  entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}
