/**
 * The end of a deletion: everything is gone and has been for a quiet time. The name is freed first and the document
 * goes last, so that a crash anywhere in between is repeated by the redelivered message.
 */
import { removeRosterEntry } from '../agents/roster.ts';
import { removeEntry } from '../clusters/directory.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Filter, StoredDocument } from '../store/port.ts';
import type { PassDeps } from './engine.ts';
import { clusterAddress } from './event-log.ts';
import type { Held } from './intents.ts';
import { publishDeleted } from './lifecycle.ts';
import { tombstoneAddress, tombstoneOf } from './tombstones.ts';

const BATCH_SIZE = 100;

/** False: the document was written meanwhile; look again. */
export async function farewell(deps: PassDeps, held: Held): Promise<boolean> {
  const { document } = held;
  // The collector may only touch what this deployment itself has finished deleting: see tombstones.ts.
  await deps.store.upsert(tombstoneAddress(document.id), tombstoneOf(document));
  await removeEntry(deps, document);
  // Before the belongings: they say where on the roster the cluster is.
  await removeRosterEntry(deps, document.id);
  await removeBelongings(deps, document);
  await publishDeleted(deps, document);
  const gone = await deps.store.delete(clusterAddress(document.id), document.id, held.etag);
  return gone.kind !== 'stale';
}

/** Events and whatever else lives in the cluster's partition: every type but its own. */
async function removeBelongings(deps: PassDeps, document: ClusterDocument): Promise<void> {
  for (const is of ['<', '>'] as const) {
    while (await removeSome(deps, document, { field: 'type', is, value: 'cluster' }));
  }
}

async function removeSome({ store }: PassDeps, document: ClusterDocument, ofType: Filter): Promise<boolean> {
  const address = clusterAddress(document.id);
  const page = await store.query<StoredDocument>({ ...address, where: [ofType], limit: BATCH_SIZE });
  if (page.items.length === 0) return false;
  await store.batch(
    address,
    page.items.map((item) => ({ op: 'delete', id: item.document.id })),
  );
  return true;
}
