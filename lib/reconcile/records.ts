/**
 * Folds the outcomes of a pass into what is remembered of each step. Pure. Progress, throttling and conflicts are
 * waits; only what a person should know about is a failure, and a failure keeps being tried.
 */
import { sameValue } from '../domain/canonical.ts';
import type { JsonObject, StepName, StepPhase, StepRecord } from '../domain/cluster.ts';
import type { ConditionType } from '../domain/conditions.ts';
import type { CloudError, CloudErrorCode } from '../domain/errors.ts';
import type { Chance } from '../domain/ports.ts';
import { type EpochMs, MINUTE_MS, toEpochMs, toInstant } from '../domain/time.ts';
import { retryAfterMs, slowMs } from './backoff.ts';
import type { StepOutcome } from './outcome.ts';
import type { Pacing } from './pacing.ts';

/** Intermittent errors are normal (A95): the first tries that meet one are shown as waiting. */
const PATIENCE: Partial<Record<CloudErrorCode, number>> = { Unavailable: 2, DependencyInUse: 8 };
/** Cloud milliseconds without progress after which people are told: longer than any create that the clouds document. */
const STALL_MS = 30 * MINUTE_MS;

export interface FoldContext {
  readonly nowMs: EpochMs;
  readonly pacing: Pacing;
  readonly chance: Chance;
  readonly deleting: boolean;
}

export function foldRecords(
  before: Readonly<Record<StepName, StepRecord>>,
  outcomes: readonly StepOutcome[],
  context: FoldContext,
): Record<StepName, StepRecord> {
  return Object.fromEntries(
    outcomes.map((outcome) => [outcome.step, foldRecord(before[outcome.step], outcome, context)]),
  );
}

function foldRecord(before: StepRecord | undefined, outcome: StepOutcome, context: FoldContext): StepRecord {
  const { turn } = outcome;
  if (turn.kind === 'done' && turn.skipped && before) return before;
  const now = toInstant(context.nowMs);
  const facts = factsOf(outcome, before, context);
  const moved = before === undefined || before.phase !== facts.phase || before.reason !== facts.reason;
  const changedAt = moved ? now : before.changedAt;
  const outputs = withoutNulls({ ...before?.outputs, ...outcome.outputs });
  const recordedAt = sameValue(outputs, before?.outputs ?? {}) ? before?.recordedAt : now;
  const startedAt = startOf(before, facts.phase, now);
  return {
    title: outcome.title,
    condition: context.deleting ? 'DeletingInfrastructure' : conditionOf(outcome, before),
    ...facts,
    changedAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(facts.phase === 'done' ? { endedAt: before?.phase === 'done' ? (before.endedAt ?? now) : now } : {}),
    ...(outcome.notes.progress === undefined ? {} : { progress: outcome.notes.progress }),
    ...(Object.keys(outputs).length === 0 ? {} : { outputs }),
    ...(recordedAt === undefined ? {} : { recordedAt }),
    ...(facts.phase === 'done' ? { settledHash: outcome.desiredHash } : {}),
    ...(isStalled(facts.phase, changedAt, context) ? { stalled: true } : {}),
  };
}

/** `null` takes an output back. */
function withoutNulls(outputs: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== null));
}

/** A failed look says nothing about which milestone the step was working for: that of the last pass stays. */
function conditionOf(outcome: StepOutcome, before: StepRecord | undefined): ConditionType {
  if (outcome.notes.condition !== undefined) return outcome.notes.condition;
  return outcome.turn.kind === 'failed' && before ? before.condition : outcome.condition;
}

type Facts = Pick<StepRecord, 'phase' | 'reason' | 'message' | 'attempts'> &
  Partial<Pick<StepRecord, 'nextAttemptAt' | 'errorCode' | 'hint'>>;

function factsOf(outcome: StepOutcome, before: StepRecord | undefined, context: FoldContext): Facts {
  const { turn, notes } = outcome;
  const at = (cloudMs: number) => toInstant(context.nowMs + context.pacing.wall(cloudMs));
  switch (turn.kind) {
    case 'pending':
      return { phase: 'pending', reason: 'WaitingForPredecessors', message: '', attempts: 0 };
    case 'done':
      return { phase: 'done', reason: turn.reason, message: notes.message ?? '', attempts: 0 };
    case 'waiting':
      return waiting(turn.reason, notes.message ?? '', before, at(turn.forMs));
    case 'acted':
      return waiting(turn.reason, notes.message ?? turn.event, before, at(turn.forMs));
    case 'blocked': {
      const attempts = (before?.attempts ?? 0) + 1;
      const nextAttemptAt = at(slowMs(attempts, context.chance));
      return { phase: 'failed', reason: turn.reason, message: turn.message, attempts, nextAttemptAt };
    }
    case 'failed':
      return failed(turn.error, before, context, at);
  }
}

/** Tries are counted until the step is done, so that a failure that alternates with waiting still backs off. */
function waiting(
  reason: string,
  message: string,
  before: StepRecord | undefined,
  nextAttemptAt: string,
): Facts {
  return { phase: 'active', reason, message, attempts: before?.attempts ?? 0, nextAttemptAt };
}

function failed(
  error: CloudError,
  before: StepRecord | undefined,
  context: FoldContext,
  at: (cloudMs: number) => string,
): Facts {
  const attempts = (before?.attempts ?? 0) + 1;
  const nextAttemptAt = at(retryAfterMs(error, attempts, context.chance));
  return {
    phase: isShownAsFailure(error, attempts) ? 'failed' : 'active',
    reason: error.code,
    message: error.message,
    attempts,
    nextAttemptAt,
    errorCode: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

/** Throttling and conflicts pass by themselves and say nothing to the owner; the rest is shown, some after patience. */
function isShownAsFailure(error: CloudError, attempts: number): boolean {
  if (error.code === 'Throttled' || error.code === 'Conflict') return false;
  return attempts > (PATIENCE[error.code] ?? 0);
}

function startOf(before: StepRecord | undefined, phase: StepPhase, now: string): string | undefined {
  if (phase === 'pending') return undefined;
  if (before === undefined || before.phase === 'pending') return now;
  // Looking again at what is done starts no new work.
  if (before.phase === 'done' && phase !== 'done') return now;
  return before.startedAt ?? now;
}

function isStalled(phase: StepPhase, changedAt: string, context: FoldContext): boolean {
  if (phase !== 'active' && phase !== 'failed') return false;
  return context.nowMs - toEpochMs(changedAt) >= context.pacing.wall(STALL_MS);
}
