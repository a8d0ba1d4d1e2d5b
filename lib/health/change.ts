/**
 * The one way in which health is written. What changed nothing writes nothing. What only moved the evidence replaces the
 * document; what people can see goes into one batch with the cluster document: the status that lists and reads show,
 * and the event that tells it. Directory and lifecycle message follow, repeated until they are known to be done.
 */
import { summarise } from '../clusters/directory.ts';
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { type Health, type HealthStatus, UNREPORTED } from '../domain/health.ts';
import type { ClusterId } from '../domain/ids.ts';
import { toInstant } from '../domain/time.ts';
import { QueueUnavailableError } from '../queue/port.ts';
import { clusterAddress, eventOperations, type NewEvent } from '../reconcile/event-log.ts';
import { type BatchOperation, type Stored, StoreUnavailableError } from '../store/port.ts';
import { type HealthDocument, isTold, lastTold, readHealth, unheardHealth } from './document.ts';
import { evaluate } from './evaluate.ts';
import { healthEvents } from './events.ts';
import { tellStatus } from './tell.ts';

export type HealthDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'logger' | 'config'>;

export interface HealthChange {
  readonly cluster: ClusterId;
  /** Told beside what follows from the verdict: what a person did. */
  readonly events?: readonly NewEvent[];
  /** The document with other evidence; the very same one when nothing changes. It may be called again with a newer one. */
  decide(before: HealthDocument): HealthDocument | Promise<HealthDocument>;
}

export type HealthOutcome =
  | { readonly kind: 'changed' | 'unchanged'; readonly document: HealthDocument }
  /** The cluster is gone. */
  | { readonly kind: 'absent' };

/** As for clusters: ten lost races in a row mean that something else is wrong. */
const TRIES = 10;

/** Throws StoreUnavailableError, also when others keep winning. */
export async function changeHealth(deps: HealthDeps, change: HealthChange): Promise<HealthOutcome> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await readHealth(deps, change.cluster);
    const before = stored?.document ?? unheardHealth(deps.clock.now());
    const decided = await change.decide(before);
    if (decided === before) {
      if (stored) await tellUntold(deps, change.cluster, stored);
      return { kind: 'unchanged', document: before };
    }
    const next = judged(before, decided, deps.clock.now());
    const isSeen = stored === undefined || next.health !== before.health || change.events !== undefined;
    const written = isSeen
      ? await writeSeen(deps, change, stored, next)
      : await writeEvidence(deps, change.cluster, stored, next);
    if (written !== 'stale') return written;
  }
  throw new StoreUnavailableError('The health of a cluster was changed by others all the time');
}

function judged(before: HealthDocument, decided: HealthDocument, nowMs: number): HealthDocument {
  const health = evaluate(decided.evidence, before.health, toInstant(nowMs));
  return { ...decided, health, revision: before.revision + 1 };
}

async function writeEvidence(
  { store }: HealthDeps,
  cluster: ClusterId,
  stored: Stored<HealthDocument>,
  next: HealthDocument,
): Promise<HealthOutcome | 'stale'> {
  const { kind } = await store.replace(clusterAddress(cluster), next, stored.etag);
  if (kind === 'written') return { kind: 'changed', document: next };
  return kind === 'absent' ? { kind } : kind;
}

/** With the cluster document, whose If-Match also proves that the cluster is still there. */
async function writeSeen(
  deps: HealthDeps,
  change: HealthChange,
  stored: Stored<HealthDocument> | undefined,
  next: HealthDocument,
): Promise<HealthOutcome | 'stale'> {
  const at = clusterAddress(change.cluster);
  const cluster = await deps.store.read<ClusterDocument>(at, change.cluster);
  if (!cluster) return { kind: 'absent' };
  const before = stored?.document;
  const nowMs = deps.clock.now();
  const events = [...healthEvents(before, next), ...(change.events ?? [])];
  const shown = withHealth(cluster.document, next.health.status, nowMs);
  const { document, operations } = eventOperations(shown, events, nowMs);
  const health = withUntold(next, cluster.document.health ?? UNREPORTED, nowMs);
  const written = await deps.store.batch(at, [
    healthOperation(health, stored),
    { op: 'replace', document, etag: cluster.etag },
    ...operations,
  ]);
  if (written.kind !== 'written') return 'stale';
  const etag = written.etags[0];
  if (etag !== undefined) await tellUntold(deps, change.cluster, { document: health, etag });
  return { kind: 'changed', document: health };
}

function healthOperation(health: HealthDocument, stored: Stored<HealthDocument> | undefined): BatchOperation {
  return stored ? { op: 'replace', document: health, etag: stored.etag } : { op: 'create', document: health };
}

/** No `wake` and no nudge: a pass has nothing to do about a verdict. */
function withHealth(cluster: ClusterDocument, health: HealthStatus, nowMs: number): ClusterDocument {
  return { ...cluster, health, revision: cluster.revision + 1, updatedAt: toInstant(nowMs) };
}

/**
 * Lists have to follow every change of the status; others hear of it when it is another than they last heard of. Of a
 * change that they may or may not have heard of, they hear the outcome.
 */
function withUntold(next: HealthDocument, shown: HealthStatus, nowMs: number): HealthDocument {
  const { health, untold } = next;
  if (health.status === shown) return next;
  const isPending = untold?.isNews === true;
  const isNews = isTold(next) && (isPending || health.status !== lastTold(next));
  const from = isPending ? untold.from : lastTold(next);
  return { ...next, ...(isNews && { told: health.status }), untold: { at: toInstant(nowMs), from, isNews } };
}

/** Everything that follows a change of the status; a crash before the last line repeats all of it. */
async function tellUntold(
  deps: HealthDeps,
  id: ClusterId,
  { document, etag }: Stored<HealthDocument>,
): Promise<void> {
  const { untold, ...told } = document;
  if (untold === undefined) return;
  const cluster = await deps.store.read<ClusterDocument>(clusterAddress(id), id);
  if (!cluster) return;
  await summarise(deps, cluster.document);
  if (untold.isNews && !(await isPublished(deps, cluster.document, document.health, untold))) return;
  await deps.store.replace(clusterAddress(id), told, etag);
}

/** A broker that is away is no reason to judge nobody; the next look at the cluster tries again. */
async function isPublished(
  deps: HealthDeps,
  cluster: ClusterDocument,
  health: Health,
  untold: NonNullable<HealthDocument['untold']>,
): Promise<boolean> {
  try {
    await tellStatus(deps, cluster, health, untold);
    return true;
  } catch (error) {
    if (!(error instanceof QueueUnavailableError)) throw error;
    deps.logger.warn('Leaving a message about health to the next look', { clusterId: cluster.id });
    return false;
  }
}
