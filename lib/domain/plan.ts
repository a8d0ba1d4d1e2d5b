/**
 * What a step is and what its planner may decide. A cloud is a list of steps; a step is one kind of resource.
 * `plan` is pure, so POST plan shows the very decisions that a pass will carry out.
 */

import type { ClusterView, JsonObject, LedgerEntry, StepName } from './cluster.ts';
import type { ConditionType } from './conditions.ts';
import type { Result } from './errors.ts';
import type { EpochMs } from './time.ts';

/** What people see of a plan while it is under way. */
export interface PlanNotes {
  /** Overrides the step's condition, for steps whose line of work has several milestones (adding, replacing...). */
  readonly condition?: ConditionType;
  /** One plain sentence; the same problem always has the same words: no times, no counters. */
  readonly message?: string;
  readonly progress?: { readonly done: number; readonly total: number };
}

/** Closed: the engine switches on `next`, the compiler counts the cases. */
export type Plan<Action> =
  | (PlanNotes & {
      readonly next: 'act';
      readonly action: Action;
      readonly reason: string;
      /** Key of the intent to commit before this act: only creates without token and deterministic name have one. */
      readonly claim?: string;
    })
  /** `forMs`: cloud milliseconds until it is worth looking again. */
  | (PlanNotes & { readonly next: 'wait'; readonly forMs: number; readonly reason: string })
  | (PlanNotes & { readonly next: 'blocked'; readonly reason: string; readonly message: string })
  | (PlanNotes & { readonly next: 'done'; readonly reason: string });

export function act<A>(action: A, reason: string, notes: PlanNotes & { claim?: string } = {}): Plan<A> {
  return { ...notes, next: 'act', action, reason };
}
export function wait(forMs: number, reason: string, notes: PlanNotes = {}): Plan<never> {
  return { ...notes, next: 'wait', forMs, reason };
}
export function blocked(reason: string, message: string, notes: PlanNotes = {}): Plan<never> {
  return { ...notes, next: 'blocked', reason, message };
}
export function done(reason: string, notes: PlanNotes = {}): Plan<never> {
  return { ...notes, next: 'done', reason };
}

/** What an act leaves behind. */
export interface Acted {
  /**
   * Merged into the step's record, so that later steps and passes can read ids and endpoints; `null` takes one back.
   * Never a secret.
   */
  readonly outputs?: JsonObject;
  /** Past tense, once: «Asked for AKS cluster shop-1a2b3c with 3 pools». */
  readonly event: string;
  /** The node that the event is about, when it is about one. */
  readonly node?: string;
  /** Cloud milliseconds after which looking is worth it; the step's own wait when absent. */
  readonly lookAfterMs?: number;
}

/** What an observation adds to the cluster's record besides the plan. */
export interface Seen {
  readonly outputs?: JsonObject;
  readonly resources?: readonly LedgerEntry[];
  /** Claims whose resource was seen: their intents are closed. Protocol rule 8. */
  readonly found?: readonly string[];
}

/**
 * One kind of cloud resource. `Ctx` carries the ports, bound to one pass; nothing else in a step may reach outside.
 * While the cluster is deleting (`view.deleting`) the same step plans the removal; the engine walks `after` backwards.
 */
export interface Step<Ctx, Desired, Observed, Action> {
  readonly name: StepName;
  /** What people read in the list of tasks. */
  readonly title: string;
  /** The milestone that the step belongs to. While deleting it is always DeletingInfrastructure. */
  readonly condition: ConditionType;
  readonly after: readonly StepName[];
  /** Steps of one lane never act in the same pass (AKS refuses a second operation while one runs). */
  readonly lane?: string;
  /** Pure. `undefined`: this cluster has no use for the step. */
  desired(view: ClusterView): Desired | undefined;
  /** Reads only. Absence is a value, not an error. */
  observe(ctx: Ctx, desired: Desired): Promise<Result<Observed>>;
  /** Pure. `nowMs` is the pass's time, in epoch milliseconds. */
  plan(desired: Desired, observed: Observed, nowMs: EpochMs): Plan<Action>;
  /** At most one bounded set of writes; may be repeated safely. */
  act(ctx: Ctx, desired: Desired, action: Action): Promise<Result<Acted>>;
  /** Pure. Outputs and ledger rows to be read off an observation. */
  read?(desired: Desired, observed: Observed): Seen;
}

/** A step with its own types closed over: the form in which a list of different steps is held. */
// biome-ignore lint/suspicious/noExplicitAny: the list is heterogeneous; each step keeps its own types inside.
export type AnyStep<Ctx> = Step<Ctx, any, any, any>;
