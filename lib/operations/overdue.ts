/** Operations that are not waited for any longer: an agent that vanished must not keep its slot for ever. */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, toEpochMs } from '../domain/time.ts';
import { type ActiveOperation, isEnded, type OperationDocument } from './document.ts';
import { type Draft, withTransition } from './draft.ts';
import { readOperation } from './read.ts';
import { type Ending, end, postpone, without } from './transitions.ts';
import { waitsFor } from './turns.ts';

export async function endOverdue(
  deps: Pick<Deps, 'store'>,
  draft: Draft,
  cluster: ClusterId,
  nowMs: EpochMs,
): Promise<Draft> {
  let next = draft;
  for (const entry of draft.operations.active) {
    if (toEpochMs(entry.deadlineAt) <= nowMs) next = await endOne(deps, next, cluster, entry, nowMs);
  }
  return next;
}

async function endOne(
  deps: Pick<Deps, 'store'>,
  draft: Draft,
  cluster: ClusterId,
  entry: ActiveOperation,
  nowMs: EpochMs,
): Promise<Draft> {
  const stored = entry.over ? undefined : await readOperation(deps, cluster, entry.id);
  if (!stored || isEnded(stored.document.state)) {
    return { ...draft, operations: without(draft.operations, entry.id) };
  }
  const { document: operation, etag } = stored;
  if (operation.state === 'Pending' && waitsFor(draft.operations.active, entry.id) !== undefined) {
    return { ...draft, operations: postpone(draft.operations, entry.id, nowMs) };
  }
  const ending = { ...outcomeOf(operation), nowMs, byAgent: false };
  return withTransition(draft, end({ operations: draft.operations, operation }, ending), etag);
}

function outcomeOf(operation: OperationDocument): Pick<Ending, 'state' | 'message'> {
  if (operation.cancelRequestedAt !== undefined) {
    return { state: 'Cancelled', message: 'The agent was asked to stop and has not said that it did.' };
  }
  return operation.state === 'Pending'
    ? { state: 'TimedOut', message: 'The agent did not take it up in time.' }
    : { state: 'TimedOut', message: 'The agent began it and did not end it in time.' };
}
