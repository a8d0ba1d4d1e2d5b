/**
 * The one way in which operations are written: the list of what is under way with If-Match, the operation itself and the
 * events that tell it in one batch, so that none of them is there without the others and nothing happens twice. Topic
 * `lifecycle` and the agent hear of it afterwards, repeated until they are known to have heard.
 */
import { raiseOperations } from '../agents/roster.ts';
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, MINUTE_MS, toEpochMs, toInstant } from '../domain/time.ts';
import { QueueUnavailableError } from '../queue/port.ts';
import { clusterAddress, eventOperations, type NewEvent } from '../reconcile/event-log.ts';
import { type BatchOperation, type Stored, StoreUnavailableError } from '../store/port.ts';
import type { OperationsDocument } from './document.ts';
import { remind } from './reminders.ts';
import { type HeldOperations, readOperations } from './store.ts';
import { publishOperation } from './tell.ts';

export type OperationsDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'logger'>;

export interface Decided<R> {
  readonly result: R;
  /** Absent: nothing is written. */
  readonly operations?: OperationsDocument;
  /** Beside it: documents of operations and results. */
  readonly writes?: readonly BatchOperation[];
  readonly events?: readonly NewEvent[];
}

export type Decide<R> = (
  operations: OperationsDocument,
  cluster: ClusterDocument,
) => Decided<R> | Promise<Decided<R>>;

/** As for clusters: ten lost races in a row mean that something else is wrong. */
const TRIES = 10;
/** Whoever dies before everybody was told is made up for after so long. Our choice: longer than telling takes. */
const REPAIR_MS = MINUTE_MS / 2;

/** `undefined`: the cluster is gone. Throws StoreUnavailableError, also when others keep winning. */
export async function changeOperations<R>(
  deps: OperationsDeps,
  id: ClusterId,
  decide: Decide<R>,
): Promise<R | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const cluster = await deps.store.read<ClusterDocument>(clusterAddress(id), id);
    if (!cluster) return undefined;
    const held = await readOperations(deps, id);
    const decided = await decide(held.document, cluster.document);
    if (decided.operations === undefined) return decided.result;
    await remindOf(deps, id, decided.operations);
    const written = await deps.store.batch(clusterAddress(id), [
      operationsWrite(held, decided.operations),
      ...(decided.writes ?? []),
      ...eventWrites(cluster, decided.events ?? [], deps.clock.now()),
    ]);
    if (written.kind !== 'written') continue;
    await tellAll(deps, cluster.document);
    return decided.result;
  }
  throw new StoreUnavailableError('The operations of a cluster were changed by others all the time');
}

/** Before the write, because a reminder too many is nothing, and one too few is an operation that nobody ends. */
async function remindOf(deps: OperationsDeps, id: ClusterId, next: OperationsDocument): Promise<void> {
  const nowMs = deps.clock.now();
  if (isUntold(next)) await remind(deps, id, nowMs + REPAIR_MS);
  const [deadlineAt] = next.active.map((entry) => entry.deadlineAt).sort();
  if (deadlineAt !== undefined) await remind(deps, id, toEpochMs(deadlineAt));
}

function operationsWrite({ etag }: HeldOperations, document: OperationsDocument): BatchOperation {
  return etag === undefined ? { op: 'create', document } : { op: 'replace', document, etag };
}

/** No `wake` and no nudge: a pass has nothing to do about it. Without events the cluster is left alone. */
function eventWrites(
  { document: before, etag }: Stored<ClusterDocument>,
  events: readonly NewEvent[],
  nowMs: EpochMs,
): readonly BatchOperation[] {
  if (events.length === 0) return [];
  const touched = { ...before, revision: before.revision + 1, updatedAt: toInstant(nowMs) };
  const { document, operations } = eventOperations(touched, events, nowMs);
  return [{ op: 'replace', document, etag }, ...operations];
}

export function isUntold({ outbox, agentBehind }: OperationsDocument): boolean {
  return outbox.length > 0 || agentBehind;
}

/** Everything that follows a write. What cannot be told now is told when the reminder comes. */
export async function tellAll(deps: OperationsDeps, cluster: ClusterDocument): Promise<void> {
  const { document, etag } = await readOperations(deps, cluster.id);
  if (etag === undefined || !isUntold(document)) return;
  try {
    if (document.agentBehind) await raiseOperations(deps, cluster.id);
    for (const announcement of document.outbox) await publishOperation(deps, cluster, announcement);
  } catch (error) {
    if (!(error instanceof QueueUnavailableError || error instanceof StoreUnavailableError)) throw error;
    deps.logger.warn('Leaving operations to be told later', { clusterId: cluster.id });
    await remind(deps, cluster.id, deps.clock.now() + REPAIR_MS);
    return;
  }
  const next: OperationsDocument = { ...document, outbox: [], agentBehind: false };
  // Stale: whoever wrote has more to tell, and tells all of it again; ids make the repeats harmless.
  await deps.store.replace(clusterAddress(cluster.id), next, etag);
}
