/** What every part of the engine is given. Built once per broker, in index.ts or in a test. */
import type { Clock, Ids } from '../../../lib/domain/ports.ts';
import type { Journal } from './journal.ts';
import type { Timers } from './timers.ts';
import type { Turn } from './turn.ts';

export interface EngineContext {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly journal: Journal;
  readonly turn: Turn;
}
