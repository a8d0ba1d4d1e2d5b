/** Later, as a port: the engine waits for nothing else, so its tests run on a virtual clock. */
import type { EpochMs } from '../../../lib/domain/time.ts';

export interface Timers {
  /** Runs once, at or after `when`. Cannot be cancelled: `run` looks whether there is still something to do. */
  at(when: EpochMs, run: () => void): void;
  /** Runs once, after the input of the current event-loop turn has been handled. */
  soon(run: () => void): void;
}
