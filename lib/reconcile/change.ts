/**
 * Every change from outside, in one place: protocol rule 2. One If-Match write raises `wake` (and `generation` when
 * the spec changed), makes the cluster due now, and only then sends the hint. A crash between the two is repaired by
 * the sweep, because the document itself says that it is due.
 */

import type { Deps } from '../deps.ts';
import type { ClusterDocument, StepRecord } from '../domain/cluster.ts';
import type { ClusterId } from '../domain/ids.ts';
import { toInstant } from '../domain/time.ts';
import { QueueUnavailableError } from '../queue/port.ts';
import type { NewEvent } from './event-log.ts';
import { clusterAddress, eventOperations } from './event-log.ts';

/** What a change wants of the document it was shown. It may be called again with a newer one. */
export type Decision<R> =
  | {
      readonly kind: 'change';
      /** The document with its new spec or status; the protocol's fields are set here, not by the caller. */
      readonly document: ClusterDocument;
      readonly specChanged: boolean;
      readonly events: readonly NewEvent[];
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refuse'; readonly because: R };

export type ChangeOutcome<R> =
  | { readonly kind: 'changed'; readonly document: ClusterDocument }
  | { readonly kind: 'unchanged'; readonly document: ClusterDocument }
  | { readonly kind: 'refused'; readonly because: R }
  /** The caller's If-Match names another generation. */
  | { readonly kind: 'stale'; readonly document: ClusterDocument }
  /** Someone else won every retry. */
  | { readonly kind: 'contended' }
  | { readonly kind: 'absent' };

export interface Change<R> {
  readonly id: ClusterId;
  /** If-Match of the caller; compares the generation only, because status moves all the time. */
  readonly ifGeneration?: number;
  readonly reason: string;
  decide(document: ClusterDocument): Decision<R>;
}

/** Our own store conflicts are retried; ten losses in a row mean that something else is wrong. */
const TRIES = 10;

type ChangeDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'logger'>;

export async function changeCluster<R>(deps: ChangeDeps, change: Change<R>): Promise<ChangeOutcome<R>> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await deps.store.read<ClusterDocument>(clusterAddress(change.id), change.id);
    if (!stored) return { kind: 'absent' };
    const before = stored.document;
    if (change.ifGeneration !== undefined && change.ifGeneration !== before.generation) {
      return { kind: 'stale', document: before };
    }
    const decision = change.decide(before);
    if (decision.kind === 'unchanged') return { kind: 'unchanged', document: before };
    if (decision.kind === 'refuse') return { kind: 'refused', because: decision.because };

    const { document, operations } = eventOperations(
      touched(decision.document, before, decision.specChanged, deps.clock.now()),
      decision.events,
      deps.clock.now(),
    );
    const written = await deps.store.batch(clusterAddress(change.id), [
      { op: 'replace', document, etag: stored.etag },
      ...operations,
    ]);
    if (written.kind === 'absent') return { kind: 'absent' };
    if (written.kind === 'stale') continue;
    await nudge(deps, document, change.reason);
    return { kind: 'changed', document };
  }
  return { kind: 'contended' };
}

/** The fields of rule 2. A change from outside also ends every wait: nothing that failed keeps its backoff. */
function touched(
  next: ClusterDocument,
  before: ClusterDocument,
  specChanged: boolean,
  nowMs: number,
): ClusterDocument {
  const now = toInstant(nowMs);
  return {
    ...next,
    steps: Object.fromEntries(
      Object.entries(next.steps).map(([name, record]) => [name, withoutWait(record)]),
    ),
    generation: before.generation + (specChanged ? 1 : 0),
    revision: before.revision + 1,
    wake: before.wake + 1,
    nextAttemptAt: now,
    changedAt: now,
    updatedAt: now,
  };
}

function withoutWait({ nextAttemptAt: _, ...record }: StepRecord): StepRecord {
  return record;
}

/** Sends the hint for a document that is already due. A refusal by the broker costs a sweep period, nothing else. */
export async function nudge(
  deps: Pick<Deps, 'queue' | 'logger'>,
  document: ClusterDocument,
  reason: string,
): Promise<void> {
  try {
    await deps.queue.sendReconcile({ clusterId: document.id, reason, wake: document.wake });
  } catch (error) {
    if (!(error instanceof QueueUnavailableError)) throw error;
    deps.logger.warn('Leaving the nudge to the sweep', { clusterId: document.id, wake: document.wake });
  }
}
