/** What the loops of one agent share: the newest definition and what came of it. */
import type { Definition, PackReport } from '../../lib/domain/agent.ts';
import type { Time } from '../ports.ts';
import { type Latch, latch } from './latch.ts';

export interface Work {
  definition: Definition | undefined;
  /** The newest that the control plane has, as its last answer said. */
  revision: string | undefined;
  /** Generation whose packs are all in place. */
  observedGeneration: number | undefined;
  packs: readonly PackReport[] | undefined;
  /** Pack by `namespace/release`. */
  releases: ReadonlyMap<string, string>;
  /** The control plane has another definition. */
  readonly revised: Latch;
  readonly packsDue: Latch;
  readonly operationsDue: Latch;
}

export const newWork = (time: Time): Work => ({
  definition: undefined,
  revision: undefined,
  observedGeneration: undefined,
  packs: undefined,
  releases: new Map(),
  revised: latch(time),
  packsDue: latch(time),
  operationsDue: latch(time),
});

/** It is fetched anew, and counts as carried out only when it was. */
export function forgetDefinition(work: Work): void {
  work.definition = undefined;
  work.observedGeneration = undefined;
  work.revised.wake();
}
