/** What one turn of one step came to, before it is folded into records, conditions and events. */
import type { JsonObject, LedgerEntry, StepName } from '../domain/cluster.ts';
import type { ConditionType } from '../domain/conditions.ts';
import type { CloudError } from '../domain/errors.ts';
import type { PlanNotes } from '../domain/plan.ts';

export type Turn =
  /** Nothing left to do. `skipped`: settled earlier and not observed in this pass. */
  | { readonly kind: 'done'; readonly reason: string; readonly skipped: boolean }
  /** Progress that the cloud is making; look again after `forMs` cloud milliseconds. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly forMs: number }
  | Acted
  /** The planner sees that only someone else can move this on. */
  | { readonly kind: 'blocked'; readonly reason: string; readonly message: string }
  | { readonly kind: 'failed'; readonly error: CloudError }
  /** Its predecessors are not done yet. */
  | { readonly kind: 'pending' };

/** A write was accepted. */
export interface Acted {
  readonly kind: 'acted';
  readonly reason: string;
  readonly event: string;
  readonly node?: string;
  /** Cloud milliseconds; 0: the act was complete at once. */
  readonly forMs: number;
}

export interface StepOutcome {
  readonly step: StepName;
  readonly title: string;
  readonly condition: ConditionType;
  readonly turn: Turn;
  /** What it did in this pass before `turn`, which is what a second look at an act that was complete at once found. */
  readonly did?: Acted;
  readonly notes: PlanNotes;
  /** Hash of the desired state, for what is settled. */
  readonly desiredHash: string;
  readonly outputs: JsonObject;
  readonly resources?: readonly LedgerEntry[];
  /** Intents of the step that are answered now, by full key. */
  readonly closedIntents: readonly string[];
}

/** Nothing at the cloud is under way after it, so looking again is worth it at once. */
export function isFinishedAct({ turn }: StepOutcome): boolean {
  return turn.kind === 'acted' && turn.forMs === 0;
}

/** The outcome of a second look in the same pass, which keeps what the first turn did and learned. */
export function lookedAgain(first: StepOutcome, second: StepOutcome): StepOutcome {
  const did = first.turn.kind === 'acted' ? first.turn : first.did;
  return {
    ...second,
    ...(did === undefined ? {} : { did }),
    outputs: { ...first.outputs, ...second.outputs },
    closedIntents: [...first.closedIntents, ...second.closedIntents],
  };
}
