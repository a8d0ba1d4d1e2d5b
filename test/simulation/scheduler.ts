/**
 * Virtual time and the order of things. Everything that happens in a simulation is an event of this heap; events of the
 * same time come in an order that the seed decides. Between two events all promises that can settle do, and nothing
 * else moves: one seed is one history.
 */
import type { Clock, Timers } from '../../lib/domain/ports.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Dice } from './dice.ts';
import { isRealWorkPending } from './real-work.ts';

interface Event {
  readonly at: EpochMs;
  readonly tie: number;
  readonly run: () => void;
}

export class Scheduler implements Clock {
  #now: EpochMs;
  readonly #events: Event[] = [];
  readonly #dice: Dice;
  #count = 0;

  constructor(startMs: EpochMs, dice: Dice) {
    this.#now = startMs;
    this.#dice = dice;
  }

  now(): EpochMs {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  /** Events that have happened so far. */
  get count(): number {
    return this.#count;
  }

  readonly timers: Timers = { after: (ms, run) => this.at(this.#now + ms, run) };

  at(time: EpochMs, run: () => void): void {
    this.#push({ at: Math.max(time, this.#now), tie: this.#dice.next(), run });
  }

  after(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + ms, resolve));
  }

  /** Runs until nothing is left before `time`. `watch` sees the world after every event; what it throws ends the run. */
  async runUntil(time: EpochMs, watch: () => void): Promise<void> {
    for (;;) {
      const next = this.#events[0];
      if (!next || next.at > time) break;
      this.#pop();
      this.#now = next.at;
      this.#count += 1;
      next.run();
      await everythingSettled();
      watch();
    }
    this.#now = Math.max(this.#now, time);
  }

  #push(event: Event): void {
    const heap = this.#events;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #pop(): void {
    const heap = this.#events;
    this.#swap(0, heap.length - 1);
    heap.pop();
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      let first = index;
      if (left < heap.length && this.#isBefore(left, first)) first = left;
      if (left + 1 < heap.length && this.#isBefore(left + 1, first)) first = left + 1;
      if (first === index) return;
      this.#swap(index, first);
      index = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x, y] = [this.#events[a], this.#events[b]];
    if (!x || !y) return false;
    return x.at < y.at || (x.at === y.at && x.tie < y.tie);
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#events[a], this.#events[b]];
    if (x && y) {
      this.#events[a] = y;
      this.#events[b] = x;
    }
  }
}

/** Promise callbacks all run before the next immediate. */
async function everythingSettled(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve));
  while (isRealWorkPending());
}
