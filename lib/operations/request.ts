/** Operations that somebody asks for. Accepted whether or not the agent is there to hear of them: they wait for it. */
import { backupLocationFindings } from '../api/rules/backup-location.ts';
import type { Deps } from '../deps.ts';
import type { OperationSpec } from '../domain/agent.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { conflict, type Finding } from '../domain/findings.ts';
import { accept, invalid, notFound, type Outcome } from '../domain/refusal.ts';
import { type EpochMs, HOUR_MS, toEpochMs } from '../domain/time.ts';
import { backupPlaces, type PlacesQuestion } from './backup-places.ts';
import { changeOperations, type OperationsDeps } from './change.ts';
import { isEnded, type OperationDocument, type OperationsDocument, operationId, slotOf } from './document.ts';
import { withTransition } from './draft.ts';
import { cancelRequested } from './events.ts';
import { readOperation } from './read.ts';
import { backupExpiresMs, backupName } from './summary.ts';
import { begin, end, stop } from './transitions.ts';

type RequestDeps = OperationsDeps & Pick<Deps, 'ids'>;

export interface OperationRequest {
  readonly cluster: ClusterDocument;
  readonly spec: OperationSpec;
  /** Subject of the caller. */
  readonly requestedBy: string;
}

export interface Requested {
  readonly operation: OperationDocument;
  readonly warnings: readonly Finding[];
}

export async function requestOperation(
  deps: RequestDeps,
  { cluster: { id, name }, spec, requestedBy }: OperationRequest,
): Promise<Outcome<Requested>> {
  const nowMs = deps.clock.now();
  const suffix = deps.ids.uuid().slice(-8);
  const outcome = await changeOperations<Outcome<Requested>>(deps, id, async (operations, cluster) => {
    const places = await placeFindings(deps, { cluster: id, operations, nowMs }, spec);
    const findings = [...stateFindings(operations, cluster, spec), ...places];
    if (findings.some(({ severity }) => severity === 'error')) return { result: invalid(...findings) };
    const beginning = { id: operationId(spec.kind, nowMs, suffix), spec, nowMs, requestedBy };
    const begun = begin(operations, beginning);
    const draft = withTransition({ operations, writes: [], events: [] }, begun);
    return { ...draft, result: accept({ operation: begun.operation, warnings: findings }) };
  });
  return outcome ?? notFound('cluster', name);
}

function stateFindings(
  { active }: OperationsDocument,
  { name, deletedAt }: ClusterDocument,
  spec: OperationSpec,
): readonly Finding[] {
  if (deletedAt !== undefined) {
    return [
      conflict('CLUSTER_DELETING', '', `Cluster ${name} is being deleted; nothing begins on it any more.`),
    ];
  }
  const busy = active.find((entry) => !entry.over && slotOf(entry.spec) === slotOf(spec));
  if (!busy) return [];
  const message = `${busy.id} is still under way; there is one of a kind at a time.`;
  return [conflict('OPERATION_IN_PROGRESS', '', message, 'Wait for its end, or cancel it.')];
}

async function placeFindings(
  deps: RequestDeps,
  question: PlacesQuestion,
  spec: OperationSpec,
): Promise<readonly Finding[]> {
  if (spec.kind !== 'backup' || spec.location === undefined) return [];
  return backupLocationFindings(spec.location, '/location', await backupPlaces(deps, question));
}

/** Brings back what a backup kept: it has to be there, and to be there still. */
export function restoreOf(
  backup: OperationDocument,
  namespaces: readonly string[] | undefined,
  nowMs: EpochMs,
): Outcome<OperationSpec> {
  const { state, operation } = backup;
  if (state !== 'Succeeded') {
    const message = `Backup ${operation} is ${state}; only one that succeeded can be restored.`;
    return invalid(conflict('BACKUP_NOT_USABLE', '', message));
  }
  const expiresAtMs = backupExpiryMs(backup);
  if (expiresAtMs !== undefined && expiresAtMs <= nowMs) {
    return invalid(
      conflict('BACKUP_EXPIRED', '', `Backup ${operation} was kept for its retention and is gone.`),
    );
  }
  return accept({
    kind: 'restore',
    backup: backupName(backup),
    ...(namespaces === undefined ? {} : { namespaces }),
  });
}

/** Until when a backup that succeeded is kept. */
export function backupExpiryMs(backup: OperationDocument): number | undefined {
  const { spec, state, endedAt } = backup;
  if (spec.kind !== 'backup' || state !== 'Succeeded' || endedAt === undefined) return undefined;
  // Velero keeps it from its beginning on, which may be hours earlier.
  return backupExpiresMs(backup) ?? toEpochMs(endedAt) + spec.retentionHours * HOUR_MS;
}

export interface Cancelled {
  readonly operation: OperationDocument;
  readonly changed: boolean;
}

/** What waits ends at once; what runs is asked to stop. Repeating it changes nothing. */
export async function cancelOperation(
  deps: OperationsDeps,
  cluster: ClusterDocument,
  id: string,
): Promise<Outcome<Cancelled>> {
  const nowMs = deps.clock.now();
  const outcome = await changeOperations<Outcome<Cancelled>>(deps, cluster.id, async (operations) => {
    const stored = await readOperation(deps, cluster.id, id);
    if (!stored) return { result: notFound('operation', id) };
    const { document: operation, etag } = stored;
    const draft = { operations, writes: [], events: [] };
    if (operation.state === 'Cancelled' || operation.cancelRequestedAt !== undefined) {
      return { result: accept({ operation, changed: false }) };
    }
    if (isEnded(operation.state)) {
      const message = `${id} is over already: ${operation.state}.`;
      return { result: invalid(conflict('OPERATION_FINISHED', '', message)) };
    }
    const stage = { operations, operation };
    const next =
      operation.state === 'Pending'
        ? end(stage, { state: 'Cancelled', message: 'Was cancelled before it began.', nowMs, byAgent: false })
        : { ...stop(stage, nowMs), event: cancelRequested(operation) };
    return {
      ...withTransition(draft, next, etag),
      result: accept({ operation: next.operation, changed: true }),
    };
  });
  return outcome ?? notFound('cluster', cluster.name);
}
