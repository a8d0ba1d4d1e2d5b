/** Waiting that somebody may end: for the loops that have work when something changed, and now and then anyway. */
import type { Time } from '../ports.ts';

export interface Latch {
  /** Remembered when nobody waits. */
  wake(): void;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function latch(time: Time): Latch {
  let woken = false;
  let ending: AbortController | undefined;
  return {
    wake() {
      woken = true;
      ending?.abort();
    },
    async wait(ms, signal) {
      if (!woken) {
        ending = new AbortController();
        await time.sleep(ms, AbortSignal.any([signal, ending.signal]));
      }
      woken = false;
    },
  };
}
