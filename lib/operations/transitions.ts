/**
 * From one state of an operation to the next: what becomes of its own document, of the cluster's list of what is under
 * way, and what is told of it. Pure; a transition that may not be made is not asked for here.
 *
 *   Pending ──▶ Running ──▶ Succeeded | Failed
 *      │           └──────▶ Cancelled (when the agent has stopped) | TimedOut ──▶ Succeeded | Failed (said late)
 *      └──▶ Cancelled | TimedOut
 */
import type { OperationSpec } from '../domain/agent.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, toEpochMs, toInstant } from '../domain/time.ts';
import type { NewEvent } from '../reconcile/event-log.ts';
import {
  type ActiveOperation,
  documentId,
  type OperationDocument,
  type OperationKind,
  type OperationState,
  type OperationsDocument,
} from './document.ts';
import { operationEvent } from './events.ts';

/** An agent that takes nothing up for so long has lost its turn; the next night gets its own. Our choice. */
const START_LIMIT_MS = 12 * HOUR_MS;
/** For a cluster of many nodes; what takes longer hangs. Our choice. */
const RUN_LIMITS_MS = {
  scan: 4 * HOUR_MS,
  backup: 12 * HOUR_MS,
  restore: 12 * HOUR_MS,
  patch: 24 * HOUR_MS,
} as const satisfies Record<OperationKind, number>;
/** To stop, and to say so. Our choice. */
const STOP_LIMIT_MS = 10 * MINUTE_MS;
/** An agent that was out of reach meanwhile hears for so long that something is over. Our choice. */
const OVER_MS = HOUR_MS;
/** More that are over than this are forgotten early. Our choice: bounds the document. */
const MAX_OVER = 16;
/** After its end, with what was reported of it. Our choice: a quarter, as events. */
export const KEPT_SECONDS = 90 * 24 * 3600;
const WAITING_MESSAGE = 'Waits for the agent to take it up.';

export interface Stage {
  readonly operations: OperationsDocument;
  readonly operation: OperationDocument;
}

export interface Transition extends Stage {
  readonly event: NewEvent;
}

export interface Beginning {
  readonly id: string;
  readonly spec: OperationSpec;
  readonly nowMs: EpochMs;
  readonly schedule?: string;
  readonly requestedBy?: string;
}

export function begin(operations: OperationsDocument, beginning: Beginning): Transition {
  const { id, spec, nowMs, ...by } = beginning;
  const operation: OperationDocument = {
    id: documentId(id),
    type: 'operation',
    operation: id,
    spec,
    state: 'Pending',
    message: WAITING_MESSAGE,
    ...by,
    createdAt: toInstant(nowMs),
  };
  const deadlineAt = toInstant(nowMs + START_LIMIT_MS);
  const active = [...operations.active, { id, spec, cancelled: false, over: false, deadlineAt }];
  return told({ operations: { ...operations, active, agentBehind: true }, operation }, nowMs);
}

export function run({ operations, operation }: Stage, nowMs: EpochMs): Transition {
  const now = toInstant(nowMs);
  const deadlineAt = toInstant(nowMs + RUN_LIMITS_MS[operation.spec.kind]);
  return told(
    {
      operations: withActive(operations, operation.operation, (entry) => ({ ...entry, deadlineAt })),
      operation: { ...operation, state: 'Running', message: 'Is under way.', startedAt: now },
    },
    nowMs,
  );
}

/** It waits for another one, not for the agent: its time begins anew, and ends because that of the other does. */
export function postpone(operations: OperationsDocument, id: string, nowMs: EpochMs): OperationsDocument {
  const deadlineAt = toInstant(nowMs + START_LIMIT_MS);
  return withActive(operations, id, (entry) => ({ ...entry, deadlineAt }));
}

export interface Ending {
  readonly state: Exclude<OperationState, 'Pending' | 'Running'>;
  readonly message: string;
  readonly nowMs: EpochMs;
  /** The agent said so itself; else it has yet to hear that there is nothing more to do. */
  readonly byAgent: boolean;
}

export function end({ operations, operation }: Stage, ending: Ending): Transition {
  const { state, message, nowMs, byAgent } = ending;
  const id = operation.operation;
  const { progress, ...rest } = operation;
  const next: OperationDocument = {
    ...rest,
    // Agents tell of progress while there is some; of an end they tell the end.
    ...(progress && { progress: state === 'Succeeded' ? { ...progress, done: progress.total } : progress }),
    state,
    message,
    endedAt: toInstant(nowMs),
    ttl: KEPT_SECONDS,
  };
  const listed = byAgent
    ? without(operations, id)
    : { ...withActive(operations, id, (entry) => over(entry, nowMs)), agentBehind: true };
  return told({ operations: bounded(listed), operation: next }, nowMs);
}

/** Asks the agent to stop what is running; it has a while to say that it did. Told when it has. */
export function stop({ operations, operation }: Stage, nowMs: EpochMs): Stage {
  const listed = withActive(operations, operation.operation, (entry) => ({
    ...entry,
    cancelled: true,
    deadlineAt: toInstant(Math.min(toEpochMs(entry.deadlineAt), nowMs + STOP_LIMIT_MS)),
  }));
  return {
    operations: { ...listed, agentBehind: true },
    operation: { ...operation, message: 'Is being stopped.', cancelRequestedAt: toInstant(nowMs) },
  };
}

/** The agent knows that it is over, or was given the time to. */
export function without(operations: OperationsDocument, id: string): OperationsDocument {
  return { ...operations, active: operations.active.filter((entry) => entry.id !== id) };
}

function over(entry: ActiveOperation, nowMs: EpochMs): ActiveOperation {
  return { ...entry, cancelled: true, over: true, deadlineAt: toInstant(nowMs + OVER_MS) };
}

function bounded(operations: OperationsDocument): OperationsDocument {
  const kept = new Set(operations.active.filter((entry) => entry.over).slice(-MAX_OVER));
  return { ...operations, active: operations.active.filter((entry) => !entry.over || kept.has(entry)) };
}

function withActive(
  operations: OperationsDocument,
  id: string,
  change: (entry: ActiveOperation) => ActiveOperation,
): OperationsDocument {
  const active = operations.active.map((entry) => (entry.id === id ? change(entry) : entry));
  return { ...operations, active };
}

function told({ operations, operation }: Stage, nowMs: EpochMs): Transition {
  const { state, message, spec } = operation;
  const announcement = {
    operation: operation.operation,
    kind: spec.kind,
    state,
    message,
    at: toInstant(nowMs),
  };
  const outbox = state === 'Pending' ? operations.outbox : [...operations.outbox, announcement];
  return { operations: { ...operations, outbox }, operation, event: operationEvent(operation) };
}
