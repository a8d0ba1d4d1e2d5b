/**
 * Events that belong to no pass: what agents and people's clusters do by themselves. They go where all events are, and
 * wake nothing: the loop has no work because of them.
 */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { ClusterId } from '../domain/ids.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { clusterAddress, eventOperations, type NewEvent } from './event-log.ts';

/** A pass writes every few seconds at most; ten losses in a row mean that something else is wrong. */
const TRIES = 10;

/** Nothing happens when the cluster is gone. Throws StoreUnavailableError, also when others keep winning. */
export async function appendEvents(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  id: ClusterId,
  events: readonly NewEvent[],
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await store.read<ClusterDocument>(clusterAddress(id), id);
    if (!stored) return;
    const { document, operations } = eventOperations(stored.document, events, clock.now());
    const written = await store.batch(clusterAddress(id), [
      { op: 'replace', document, etag: stored.etag },
      ...operations,
    ]);
    if (written.kind !== 'stale') return;
  }
  throw new StoreUnavailableError(`The document of cluster ${id} was changed by others all the time`);
}
