/** Timers that fire when the test moves its time on, and never else. */
import type { Timers } from '../../lib/domain/ports.ts';

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

export class VirtualTimers implements Timers {
  readonly #time: { nowMs: number };
  #due: Due[] = [];

  /** `time`: of the clock that goes with them. */
  constructor(time: { nowMs: number }) {
    this.#time = time;
  }

  after(ms: number, run: () => void): void {
    this.#due.push({ atMs: this.#time.nowMs + ms, run });
  }

  /** Runs what comes due on the way, in order. */
  advance(ms: number): void {
    const end = this.#time.nowMs + ms;
    for (;;) {
      const next = this.#due.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#time.nowMs = next.atMs;
      next.run();
    }
    this.#time.nowMs = end;
  }
}
