/**
 * Day-2 operations as they are kept. Container `clusters`, partition = cluster uid:
 *   `operations`         what is under way, what every schedule came to, and what has yet to be told. One a cluster; a
 *                        start and an end write it with If-Match, which is what keeps two of a kind apart.
 *   `operation-<id>`     one operation. Expires 90 days after its end.
 *   `result-<id>`        what the agent reported of it, apart, because lists do not show it. Expires with it.
 */
import type { OperationSpec, ScanKind } from '../domain/agent.ts';
import type { JsonObject } from '../domain/cluster.ts';
import type { EpochMs, Instant } from '../domain/time.ts';
import { toInstant } from '../domain/time.ts';
import type { StoredDocument } from '../store/port.ts';

export const OPERATION_STATES = [
  'Pending',
  'Running',
  'Succeeded',
  'Failed',
  'Cancelled',
  'TimedOut',
] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

export type OperationKind = OperationSpec['kind'];

/** What runs at most once at a time in a cluster: scans by what they scan, everything else by its kind. */
export type Slot = Exclude<OperationKind, 'scan'> | `scan/${ScanKind}`;

export interface OperationDocument extends StoredDocument {
  readonly type: 'operation';
  /** `scan-20261121-040000-kubebench`: fits the names of Jobs and of Velero's backups. Sorts by time within its kind. */
  readonly operation: string;
  readonly spec: OperationSpec;
  readonly state: OperationState;
  /** For people. */
  readonly message: string;
  /** Name of the schedule; absent: somebody asked for it. */
  readonly schedule?: string;
  /** Subject of who asked for it; absent: a schedule did. */
  readonly requestedBy?: string;
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly cancelRequestedAt?: Instant;
  readonly progress?: { readonly done: number; readonly total: number };
  /** By the agent's clock: what it says of earlier is late. */
  readonly reportedAt?: Instant;
  /** Small: what lists show of the result. */
  readonly summary?: JsonObject;
}

export interface ResultDocument extends StoredDocument {
  readonly type: 'operation-result';
  readonly data: JsonObject;
}

/** One operation that the agent has yet to end, or to hear the end of. */
export interface ActiveOperation {
  readonly id: string;
  readonly spec: OperationSpec;
  /** The agent is asked to stop; it stays here until it has, or was given the time to. */
  readonly cancelled: boolean;
  /** Its slot is free again: it ended for people, and only the agent has yet to hear so. */
  readonly over: boolean;
  /** It is not waited for any longer. */
  readonly deadlineAt: Instant;
}

export interface ScheduleState {
  /** Cron and time zone that this was worked out for; others begin anew. */
  readonly signature: string;
  /** Times up to here are dealt with. */
  readonly doneUntil: Instant;
  readonly nextRunAt?: Instant;
  readonly last?: {
    readonly operation: string;
    /** When it was due; it may have begun later. */
    readonly dueAt: Instant;
    readonly at: Instant;
  };
  /** The last time that it was due while the one before was still under way. */
  readonly skippedAt?: Instant;
}

/** Has to be told on topic `lifecycle`: the operation as it was when it came to this state. */
export interface Announcement {
  readonly operation: string;
  readonly kind: OperationKind;
  readonly state: OperationState;
  readonly message: string;
  readonly at: Instant;
}

export interface OperationsDocument extends StoredDocument {
  readonly id: 'operations';
  readonly type: 'operations';
  /** In the order in which they began. */
  readonly active: readonly ActiveOperation[];
  /** By name of the schedule: `osPatching`, `scans/kubeBench`, `backup`. */
  readonly schedules: Readonly<Record<string, ScheduleState>>;
  readonly outbox: readonly Announcement[];
  /** There is something new to do, or to stop doing, and the agent was not told yet that there is. */
  readonly agentBehind: boolean;
  /** Names of the places for backups, as the agent last reported them; absent: never. */
  readonly backupLocations?: { readonly names: readonly string[]; readonly at: Instant };
}

export const NO_OPERATIONS: OperationsDocument = {
  id: 'operations',
  type: 'operations',
  active: [],
  schedules: {},
  outbox: [],
  agentBehind: false,
};

export function slotOf(spec: OperationSpec): Slot {
  return spec.kind === 'scan' ? `scan/${spec.scan}` : spec.kind;
}

export function isEnded(state: OperationState): boolean {
  return state !== 'Pending' && state !== 'Running';
}

export function documentId(operation: string): string {
  return `operation-${operation}`;
}

export function resultId(operation: string): string {
  return `result-${operation}`;
}

/** `suffix`: keeps those of the same second apart. */
export function operationId(kind: OperationKind, atMs: EpochMs, suffix: string): string {
  const digits = toInstant(atMs).replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-');
  return `${kind}-${digits}-${suffix}`;
}
