/** The event stream: what happened, in the past tense, once. Repeats are folded into the first one. */
import type { Instant } from './time.ts';

export type EventSeverity = 'Normal' | 'Warning';

/** transient: clears by itself; persistent: it has lasted; infrastructure: a real problem of the cloud or account. */
export type EventSignal = 'transient' | 'persistent' | 'infrastructure';

export interface ClusterEvent {
  /** Sorts in the order of first appearance. */
  readonly id: string;
  readonly at: Instant;
  readonly severity: EventSeverity;
  readonly signal: EventSignal;
  readonly reason: string;
  readonly message: string;
  /** Name of the step, or `api` for what people did. */
  readonly task: string;
  readonly node?: string;
  readonly count: number;
  readonly firstAt: Instant;
}
