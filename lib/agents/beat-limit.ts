/**
 * How many beats an instance takes of one cluster: a broken agent must not cost what thousands of good ones do. A number
 * for each cluster, and no more than looking it up for a beat.
 */
import { MAX_REPORT_PARTS } from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';

/** For as long as agents are told to wait between two beats: a report in as many parts as there may be. */
const BEATS_AN_INTERVAL = MAX_REPORT_PARTS;
/** Beats at once: that report five times over, because of restarts, or because its last part failed. Our choice. */
const BEATS_AT_ONCE = 1_000;
/** Those that came first are forgotten, and may beat as if they had not. */
const MAX_CLUSTERS = 100_000;

export class BeatLimit {
  readonly #eachMs: number;
  /** By cluster: when all of its beats have been earned, if it sends no more. Monotonic milliseconds. */
  readonly #earnedAt = new Map<ClusterId, number>();

  constructor(beatMs: number) {
    this.#eachMs = beatMs / BEATS_AN_INTERVAL;
  }

  /** Counts one more beat, unless it is one too many. */
  takes(cluster: ClusterId, monotonicMs: number): boolean {
    const earnedAt = Math.max(monotonicMs, this.#earnedAt.get(cluster) ?? 0) + this.#eachMs;
    if (earnedAt - monotonicMs > BEATS_AT_ONCE * this.#eachMs) return false;
    this.#earnedAt.set(cluster, earnedAt);
    const [first] = this.#earnedAt.size > MAX_CLUSTERS ? this.#earnedAt.keys() : [];
    if (first !== undefined) this.#earnedAt.delete(first);
    return true;
  }
}
