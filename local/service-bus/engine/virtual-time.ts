/** Clock and timers that move only when told to: for tests of the engine. */
import type { Clock } from '../../../lib/domain/ports.ts';
import type { EpochMs } from '../../../lib/domain/time.ts';
import { Heap } from './heap.ts';
import type { Timers } from './timers.ts';

interface Pending {
  readonly when: EpochMs;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualTime implements Clock, Timers {
  readonly #pending = new Heap<Pending>(
    (a, b) => a.when < b.when || (a.when === b.when && a.order < b.order),
  );
  #now: EpochMs;
  #order = 0;

  constructor(startsAt: EpochMs) {
    this.#now = startsAt;
  }

  now(): EpochMs {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  at(when: EpochMs, run: () => void): void {
    this.#order += 1;
    this.#pending.add({ when, order: this.#order, run });
  }

  soon(run: () => void): void {
    this.at(this.#now, run);
  }

  /** Runs everything due until then, each at its own time. `pass(0)` finishes the current turn. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#pending.first(); next && next.when <= end; next = this.#pending.first()) {
      this.#pending.takeFirst();
      this.#now = Math.max(this.#now, next.when);
      next.run();
    }
    this.#now = end;
  }
}
