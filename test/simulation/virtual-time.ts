/**
 * No real time in a simulation: while `run` is under way, what libraries ask of the process's clock and timers is
 * answered by the scheduler. Timeouts of single requests never fire by themselves: the simulated network decides which
 * requests time out. Needed by the Azure SDKs (token lifetimes) and by questions under a timeout; ours have a Clock.
 */
import { inOrder } from './real-work.ts';
import type { Scheduler } from './scheduler.ts';

export async function underVirtualTime<T>(scheduler: Scheduler, run: () => Promise<T>): Promise<T> {
  const real = {
    now: Date.now,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    timeout: AbortSignal.timeout,
  };
  const timers = virtualTimers(scheduler);
  Object.assign(Date, { now: () => Math.floor(scheduler.now()) });
  Object.assign(globalThis, timers);
  Object.assign(AbortSignal, { timeout: () => new AbortController().signal });
  const outOfOrder = inOrder();
  try {
    return await run();
  } finally {
    outOfOrder();
    Object.assign(Date, { now: real.now });
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Object.assign(AbortSignal, { timeout: real.timeout });
  }
}

function virtualTimers(scheduler: Scheduler) {
  const cleared = new WeakSet<VirtualTimer>();
  return {
    setTimeout(callback: (...given: readonly unknown[]) => void, ms = 0, ...given: readonly unknown[]) {
      const timer = new VirtualTimer();
      scheduler.at(scheduler.now() + ms, () => {
        if (!cleared.has(timer)) callback(...given);
      });
      return timer;
    },
    clearTimeout(timer: unknown) {
      if (timer instanceof VirtualTimer) cleared.add(timer);
    },
  };
}

/** What code may do with a timer of Node. */
class VirtualTimer {
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return false;
  }
}
