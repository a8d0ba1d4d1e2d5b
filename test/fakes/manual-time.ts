/** The agent's time under a test's control: sleepers wake in order as it is moved on, and never by themselves. */
import type { Time } from '../../agent/ports.ts';

interface Sleeper {
  dueMs: number;
  wake(): void;
}

export class ManualTime implements Time {
  #nowMs: number;
  /** By how much it was set. */
  #setMs = 0;
  #sleepers: Sleeper[] = [];
  readonly #moved: (ms: number) => void;

  /** `moved`: told of every step, so that others keep the same time. */
  constructor(startMs: number, moved: (ms: number) => void = () => undefined) {
    this.#nowMs = startMs;
    this.#moved = moved;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs - this.#setMs;
  }

  /** Somebody sets the clock; nobody wakes for it. */
  setClock(ms: number): void {
    this.#setMs += ms - this.#nowMs;
    for (const sleeper of this.#sleepers) sleeper.dueMs += ms - this.#nowMs;
    this.#nowMs = ms;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#sleepers.push({ dueMs: this.#nowMs + ms, wake: resolve });
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Everything that is due within that time happens, each thing at its own moment. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#moveTo(next.dueMs);
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      next.wake();
      await settled();
    }
    this.#moveTo(endMs);
  }

  #next(endMs: number): Sleeper | undefined {
    return this.#sleepers.filter(({ dueMs }) => dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs)[0];
  }

  #moveTo(ms: number): void {
    this.#moved(ms - this.#nowMs);
    this.#nowMs = ms;
  }
}

/** Until nothing is under way but sleepers: everything else of a test answers in process. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
