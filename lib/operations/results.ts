/**
 * What an agent says of an operation, as it counts: repeats and what is late change nothing, what was asked to stop and
 * failed was cancelled, and an end that comes after we stopped waiting is believed all the same, because a backup that
 * exists exists. Answers say what the agent may forget.
 */
import { isDeepStrictEqual } from 'node:util';
import type { OperationResult } from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, toEpochMs, toInstant } from '../domain/time.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { type BatchOperation, type Stored, StoreUnavailableError } from '../store/port.ts';
import { changeOperations, type Decided, type OperationsDeps } from './change.ts';
import {
  isEnded,
  type OperationDocument,
  type OperationState,
  type OperationsDocument,
  type ResultDocument,
  resultId,
} from './document.ts';
import { type Draft, withTransition } from './draft.ts';
import { readOperation } from './read.ts';
import { backupLocationsIn, summaryOf } from './summary.ts';
import { type Ending, end, KEPT_SECONDS, run, type Stage, type Transition, without } from './transitions.ts';

export type ResultOutcome =
  /** `ignored`: it says nothing new. */
  | { readonly kind: 'known'; readonly state: OperationState; readonly ignored: boolean }
  | { readonly kind: 'unknown' };

const UNKNOWN: ResultOutcome = { kind: 'unknown' };
const TRIES = 10;

/** Throws StoreUnavailableError, also when others keep winning. */
export async function takeResult(
  deps: OperationsDeps,
  cluster: ClusterId,
  result: OperationResult,
): Promise<ResultOutcome> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await readOperation(deps, cluster, result.operation);
    if (!stored) return UNKNOWN;
    const isProgress = result.state === 'Running' && stored.document.state !== 'Pending';
    const outcome = isProgress
      ? await takeProgress(deps, cluster, stored, result)
      : await changeOperations(deps, cluster, (operations) => decide(deps, cluster, operations, result));
    if (outcome !== 'again') return outcome ?? UNKNOWN;
  }
  throw new StoreUnavailableError('An operation was changed by others all the time');
}

/** Only the operation itself moves: neither events nor the list of what is under way. */
async function takeProgress(
  deps: OperationsDeps,
  cluster: ClusterId,
  { document, etag }: Stored<OperationDocument>,
  result: OperationResult,
): Promise<ResultOutcome | 'again'> {
  const { state } = document;
  const next = isEnded(state) || isLate(document, result) ? document : reported(document, result);
  if (isDeepStrictEqual({ ...next, reportedAt: '' }, { ...document, reportedAt: '' })) {
    return { kind: 'known', state, ignored: true };
  }
  const written = await deps.store.replace(clusterAddress(cluster), next, etag);
  return written.kind === 'written' ? known(state) : 'again';
}

async function decide(
  deps: OperationsDeps,
  cluster: ClusterId,
  operations: OperationsDocument,
  result: OperationResult,
): Promise<Decided<ResultOutcome | 'again'>> {
  const stored = await readOperation(deps, cluster, result.operation);
  if (!stored) return { result: UNKNOWN };
  const { document: operation, etag } = stored;
  const nowMs = deps.clock.now();
  if (result.state === 'Running') {
    if (operation.state !== 'Pending') return { result: 'again' };
    const begun = run({ operations, operation }, nowMs);
    return {
      ...written({ ...begun, operation: reported(begun.operation, result) }, etag),
      result: known('Running'),
    };
  }
  return isEnded(operation.state) && operation.state !== 'TimedOut'
    ? heard(operations, operation)
    : ended({ operations, operation }, result, etag, nowMs);
}

/** It was over before; now the agent knows, and it need not be told any longer. */
function heard(
  operations: OperationsDocument,
  { operation, state }: OperationDocument,
): Decided<ResultOutcome> {
  const result: ResultOutcome = { kind: 'known', state, ignored: true };
  const isListed = operations.active.some(({ id }) => id === operation);
  return isListed ? { result, operations: without(operations, operation) } : { result };
}

function ended(
  { operations, operation }: Stage,
  result: OperationResult,
  etag: string,
  nowMs: EpochMs,
): Decided<ResultOutcome> {
  const summary = summaryOf(operation.spec, result.data);
  const told: OperationDocument = {
    ...reported(operation, result),
    ...(summary === undefined ? {} : { summary }),
  };
  const ending = endingOf(operation, result, nowMs);
  const transition = end({ operations: withLocations(operations, result, nowMs), operation: told }, ending);
  const draft = written(transition, etag);
  return { ...draft, writes: [...draft.writes, ...dataWrites(result)], result: known(ending.state) };
}

function written(transition: Transition, etag: string): Draft {
  return withTransition({ operations: transition.operations, writes: [], events: [] }, transition, etag);
}

function endingOf(operation: OperationDocument, result: OperationResult, nowMs: EpochMs): Ending {
  const byAgent = true;
  if (result.state === 'Succeeded') {
    return { state: 'Succeeded', message: result.message ?? 'Was carried out.', nowMs, byAgent };
  }
  if (operation.cancelRequestedAt !== undefined) {
    return { state: 'Cancelled', message: 'Was stopped as it was asked for.', nowMs, byAgent };
  }
  const message = result.message ?? 'The agent did not say why; its log in the cluster does.';
  return { state: 'Failed', message, nowMs, byAgent };
}

/** An agent that looked for a place and did not find it says which ones there are. */
function withLocations(
  operations: OperationsDocument,
  { data }: OperationResult,
  nowMs: EpochMs,
): OperationsDocument {
  const names = backupLocationsIn(data);
  return names === undefined
    ? operations
    : { ...operations, backupLocations: { names, at: toInstant(nowMs) } };
}

function dataWrites({ operation, data }: OperationResult): readonly BatchOperation[] {
  if (data === undefined) return [];
  const document: ResultDocument = {
    id: resultId(operation),
    type: 'operation-result',
    ttl: KEPT_SECONDS,
    data,
  };
  return [{ op: 'upsert', document }];
}

/** What is said of an earlier time than the last is late. An end is never late. */
function isLate({ reportedAt }: OperationDocument, { at }: OperationResult): boolean {
  return reportedAt !== undefined && toEpochMs(at) <= toEpochMs(reportedAt);
}

function reported(operation: OperationDocument, result: OperationResult): OperationDocument {
  const { at, message, progress } = result;
  return {
    ...operation,
    reportedAt: at,
    ...(message === undefined ? {} : { message }),
    ...(progress === undefined ? {} : { progress }),
  };
}

function known(state: OperationState): ResultOutcome {
  return { kind: 'known', state, ignored: false };
}
