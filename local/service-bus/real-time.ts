/** The engine's clock and timers on the real ones. One Node timer at a time, for the earliest of however many are set. */
import { setImmediate } from 'node:timers';
import type { Clock } from '../../lib/domain/ports.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import { Heap } from './engine/heap.ts';
import type { Timers } from './engine/timers.ts';

/** The longest delay Node can set; https://nodejs.org/api/timers.html#settimeoutcallback-delay-args. */
const MAX_DELAY_MS = 0x7fff_ffff;

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

interface Pending {
  readonly when: EpochMs;
  readonly run: () => void;
}

export class RealTimers implements Timers {
  readonly #pending = new Heap<Pending>((a, b) => a.when < b.when);
  readonly #soon = new Set<NodeJS.Immediate>();
  #timer: NodeJS.Timeout | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

  at(when: EpochMs, run: () => void): void {
    this.#pending.add({ when, run });
    if (when < this.#armedFor) this.#arm();
  }

  soon(run: () => void): void {
    const immediate = setImmediate(() => {
      this.#soon.delete(immediate);
      run();
    });
    this.#soon.add(immediate);
  }

  /** Nothing runs after this. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#armedFor = Number.NEGATIVE_INFINITY;
    for (const immediate of this.#soon) clearImmediate(immediate);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const first = this.#pending.first();
    this.#armedFor = first?.when ?? Number.POSITIVE_INFINITY;
    if (!first) return;
    const delayMs = Math.min(Math.max(0, first.when - systemClock.now()), MAX_DELAY_MS);
    this.#timer = setTimeout(() => this.#runDue(), delayMs);
  }

  #runDue(): void {
    const now = systemClock.now();
    for (let next = this.#pending.first(); next && next.when <= now; next = this.#pending.first()) {
      this.#pending.takeFirst();
      next.run();
    }
    this.#arm();
  }
}
