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
  /** A write was accepted. */
  | {
      readonly kind: 'acted';
      readonly reason: string;
      readonly event: string;
      readonly node?: string;
      readonly forMs: number;
    }
  /** The planner sees that only someone else can move this on. */
  | { readonly kind: 'blocked'; readonly reason: string; readonly message: string }
  | { readonly kind: 'failed'; readonly error: CloudError }
  /** Its predecessors are not done yet. */
  | { readonly kind: 'pending' };

export interface StepOutcome {
  readonly step: StepName;
  readonly title: string;
  readonly condition: ConditionType;
  readonly turn: Turn;
  readonly notes: PlanNotes;
  /** Hash of the desired state, for what is settled. */
  readonly desiredHash: string;
  readonly outputs: JsonObject;
  readonly resources?: readonly LedgerEntry[];
  /** Intents of the step that are answered now, by full key. */
  readonly closedIntents: readonly string[];
}
