/** The document that a pass leaves behind. Pure: what was read and what happened in, what to write out. */
import type { OwnedResource } from '../clouds/port.ts';
import type { ClusterDocument, JsonObject, LedgerEntry, StepName, StepRecord } from '../domain/cluster.ts';
import { isConverged } from '../domain/cluster-state.ts';
import type { Result } from '../domain/errors.ts';
import { type EpochMs, toInstant } from '../domain/time.ts';
import type { BatchOperation } from '../store/port.ts';
import { foldConditions } from './conditions.ts';
import { eventOperations } from './event-log.ts';
import { finishedTasks, narrate, stallsNow } from './narrate.ts';
import type { StepOutcome } from './outcome.ts';
import { type FoldContext, foldRecords } from './records.ts';
import { LEFTOVERS_MS, nextLookMs, type Windows } from './schedule.ts';

export interface PassResult {
  readonly document: ClusterDocument;
  readonly outcomes: readonly StepOutcome[];
  readonly full: boolean;
  readonly owned?: Result<readonly OwnedResource[]>;
  /** When the look began. */
  readonly lookMs: EpochMs;
}

export interface Commit {
  readonly document: ClusterDocument;
  readonly operations: readonly BatchOperation[];
  readonly nextMs: EpochMs;
}

export function commitOf(result: PassResult, fold: FoldContext, windows: Windows): Commit {
  const before = result.document;
  const now = toInstant(fold.nowMs);
  const outcomes = withLeftovers(result);
  const records = foldRecords(before.steps, outcomes, fold);
  const conditions = foldConditions(before.conditions, records, {
    now,
    observedGeneration: before.generation,
    deleting: fold.deleting,
  });
  const { crash: _crash, outbox: _outbox, ...rest } = before;
  const next: ClusterDocument = {
    ...rest,
    steps: records,
    conditions,
    ledger: ledgerOf(before.ledger, outcomes, records),
    intents: intentsOf(before, outcomes),
    revision: before.revision + 1,
    observedGeneration: before.generation,
    wake: before.wake + 1,
    updatedAt: now,
    ...(result.full ? { lastFullLookAt: toInstant(result.lookMs) } : {}),
    ...clusterFacts(records),
  };
  const nextMs = nextLookMs(next, records, fold.nowMs, windows);
  const scheduled: ClusterDocument = {
    ...next,
    nextAttemptAt: toInstant(nextMs),
    ...outboxOf(before, next),
    ...(next.provisionedAt === undefined && isConverged(next) ? { provisionedAt: now } : {}),
  };
  const events = narrate({ before, outcomes, records, conditions });
  const finished = finishedTasks({ before, records });
  return { ...eventOperations(scheduled, events, fold.nowMs, finished), nextMs };
}

/** While deleting: what still carries our tag after all steps are done is a step of its own. */
function withLeftovers(result: PassResult): readonly StepOutcome[] {
  const { owned } = result;
  if (owned === undefined || (owned.ok && owned.value.length === 0)) return result.outcomes;
  const names = owned.ok ? owned.value.map((resource) => `${resource.kind} ${resource.name}`).sort() : [];
  const message = `Waiting for ${names.slice(0, 5).join(', ')}${names.length > 5 ? ' and more' : ''} to disappear.`;
  const leftovers: StepOutcome = {
    step: 'leftovers',
    title: 'Remove what is left',
    condition: 'DeletingInfrastructure',
    turn: owned.ok
      ? { kind: 'waiting', reason: 'ResourcesRemain', forMs: LEFTOVERS_MS }
      : { kind: 'failed', error: owned.error },
    notes: owned.ok ? { message } : {},
    desiredHash: '',
    outputs: {},
    closedIntents: [],
  };
  return [...result.outcomes, leftovers];
}

function ledgerOf(
  before: ClusterDocument['ledger'],
  outcomes: readonly StepOutcome[],
  records: Readonly<Record<StepName, StepRecord>>,
): ClusterDocument['ledger'] {
  const next: Record<StepName, readonly LedgerEntry[]> = {};
  for (const name of Object.keys(records)) {
    const seen = outcomes.find((outcome) => outcome.step === name)?.resources ?? before[name];
    if (seen && seen.length > 0) next[name] = seen;
  }
  return next;
}

function intentsOf(before: ClusterDocument, outcomes: readonly StepOutcome[]): ClusterDocument['intents'] {
  const closed = new Set(outcomes.flatMap((outcome) => outcome.closedIntents));
  return Object.fromEntries(Object.entries(before.intents).filter(([key]) => !closed.has(key)));
}

/** The two outputs that every cloud's steps name alike and that people read on the cluster itself. */
function clusterFacts(
  records: Readonly<Record<StepName, StepRecord>>,
): Pick<ClusterDocument, 'kubernetesVersion' | 'apiEndpoint'> {
  const outputs: JsonObject = Object.assign({}, ...Object.values(records).map((record) => record.outputs));
  return {
    ...(typeof outputs.kubernetesVersion === 'string'
      ? { kubernetesVersion: outputs.kubernetesVersion }
      : {}),
    ...(typeof outputs.apiEndpoint === 'string' ? { apiEndpoint: outputs.apiEndpoint } : {}),
  };
}

/** What others hear of this commit; nothing at all costs nothing. */
function outboxOf(before: ClusterDocument, next: ClusterDocument): Pick<ClusterDocument, 'outbox'> {
  const former = new Map(before.conditions.map((condition) => [condition.type, condition.status]));
  const changed = next.conditions.filter((condition) => former.get(condition.type) !== condition.status);
  const finishes = isConverged(next) && !isConverged(before);
  const stalled = Object.entries(next.steps)
    .filter(([step, record]) => stallsNow(before.steps[step], record))
    .map(([step]) => step);
  if (changed.length === 0 && !finishes && stalled.length === 0) return {};
  return {
    outbox: {
      wake: next.wake,
      at: next.updatedAt,
      conditions: changed.map((condition) => condition.type),
      ...(finishes ? { finished: next.generation } : {}),
      ...(stalled.length > 0 ? { stalled } : {}),
    },
  };
}
