/** One turn of one step in two halves, look and act, because the intents of a whole wave are committed between them. */
import type { ClusterView, StepRecord } from '../domain/cluster.ts';
import type { CloudError } from '../domain/errors.ts';
import type { AnyStep, Plan } from '../domain/plan.ts';
import type { EpochMs } from '../domain/time.ts';
import { hashOf } from './hash.ts';
import type { StepOutcome, Turn } from './outcome.ts';

/** Cloud milliseconds until an accepted write is worth a look, when the step does not say. */
const LOOK_AFTER_ACT_MS = 15_000;

/** A step that has looked and decided, but not acted. */
export interface PlannedStep<Ctx> {
  readonly step: AnyStep<Ctx>;
  readonly desired: unknown;
  readonly plan: Plan<unknown>;
  readonly outcome: StepOutcome;
}

export type Looked<Ctx> =
  | { readonly kind: 'planned'; readonly planned: PlannedStep<Ctx> }
  | { readonly kind: 'ended'; readonly outcome: StepOutcome }
  /** The step has no business with this cluster. */
  | { readonly kind: 'inapplicable' };

export interface Look {
  readonly nowMs: EpochMs;
  /** Observe even what is settled. */
  readonly full: boolean;
}

export async function look<Ctx>(
  step: AnyStep<Ctx>,
  ctx: Ctx,
  view: ClusterView,
  at: Look,
): Promise<Looked<Ctx>> {
  const desired: unknown = step.desired(view);
  if (desired === undefined) return { kind: 'inapplicable' };

  const desiredHash = hashOf(desired);
  const record = view.record(step.name);
  if (!at.full && isSettled(record, desiredHash)) {
    return ended(step, desiredHash, { kind: 'done', reason: record.reason, skipped: true });
  }
  const seen = await step.observe(ctx, desired);
  if (!seen.ok) return ended(step, desiredHash, { kind: 'failed', error: seen.error });

  const read = step.read?.(desired, seen.value) ?? {};
  const plan: Plan<unknown> = step.plan(desired, seen.value, at.nowMs);
  const outcome: StepOutcome = {
    ...bare(step, desiredHash, turnOf(plan)),
    notes: notesOf(plan),
    outputs: read.outputs ?? {},
    ...(read.resources === undefined ? {} : { resources: read.resources }),
    closedIntents: (read.found ?? []).map((claim) => intentKey(step.name, claim)),
  };
  return { kind: 'planned', planned: { step, desired, plan, outcome } };
}

/** Carries out a plan that says `act`; every other plan is its own outcome. */
export async function carryOut<Ctx>(planned: PlannedStep<Ctx>, ctx: Ctx): Promise<StepOutcome> {
  const { step, plan, outcome } = planned;
  if (plan.next !== 'act') return outcome;
  const acted = await step.act(ctx, planned.desired, plan.action);
  const claims = plan.claim === undefined ? [] : [intentKey(step.name, plan.claim)];
  if (!acted.ok) {
    // A definite refusal closes the intent; after a lost answer the resource may exist: rule 8.
    const closed = acted.error.outcomeUnknown ? [] : claims;
    return {
      ...outcome,
      turn: { kind: 'failed', error: acted.error },
      closedIntents: [...outcome.closedIntents, ...closed],
    };
  }
  return {
    ...outcome,
    turn: {
      kind: 'acted',
      reason: plan.reason,
      event: acted.value.event,
      ...(acted.value.node === undefined ? {} : { node: acted.value.node }),
      forMs: acted.value.lookAfterMs ?? LOOK_AFTER_ACT_MS,
    },
    outputs: { ...outcome.outputs, ...acted.value.outputs },
    closedIntents: [...outcome.closedIntents, ...claims],
  };
}

export function intentKey(step: string, claim: string): string {
  return `${step}#${claim}`;
}

/**
 * The outcome of a step whose predecessors are not done. What it settled earlier stays settled: a pool that is scaled
 * takes nothing back from the network that was installed. `undefined`: the step has no business with this cluster.
 */
export function unreachedOutcome<Ctx>(step: AnyStep<Ctx>, view: ClusterView): StepOutcome | undefined {
  const desired: unknown = step.desired(view);
  if (desired === undefined) return undefined;
  const desiredHash = hashOf(desired);
  const record = view.record(step.name);
  return isSettled(record, desiredHash)
    ? bare(step, desiredHash, { kind: 'done', reason: record.reason, skipped: true })
    : bare(step, '', { kind: 'pending' });
}

export function failedOutcome<Ctx>(step: AnyStep<Ctx>, error: CloudError): StepOutcome {
  return bare(step, '', { kind: 'failed', error });
}

function isSettled(record: StepRecord | undefined, desiredHash: string): record is StepRecord {
  return record?.phase === 'done' && record.settledHash === desiredHash;
}

function ended<Ctx>(step: AnyStep<Ctx>, desiredHash: string, turn: Turn): Looked<Ctx> {
  return { kind: 'ended', outcome: bare(step, desiredHash, turn) };
}

function bare<Ctx>(step: AnyStep<Ctx>, desiredHash: string, turn: Turn): StepOutcome {
  return {
    step: step.name,
    title: step.title,
    condition: step.condition,
    turn,
    notes: {},
    desiredHash,
    outputs: {},
    closedIntents: [],
  };
}

/** For `act` this is what people would see if the act could not take place in this pass. */
function turnOf(plan: Plan<unknown>): Turn {
  switch (plan.next) {
    case 'act':
      return { kind: 'waiting', reason: plan.reason, forMs: LOOK_AFTER_ACT_MS };
    case 'wait':
      return { kind: 'waiting', reason: plan.reason, forMs: plan.forMs };
    case 'blocked':
      return { kind: 'blocked', reason: plan.reason, message: plan.message };
    case 'done':
      return { kind: 'done', reason: plan.reason, skipped: false };
  }
}

function notesOf(plan: Plan<unknown>): StepOutcome['notes'] {
  return {
    ...(plan.condition === undefined ? {} : { condition: plan.condition }),
    ...(plan.message === undefined ? {} : { message: plan.message }),
    ...(plan.progress === undefined ? {} : { progress: plan.progress }),
  };
}
