/** Reading what is kept of a cluster's operations. */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { NO_OPERATIONS, type OperationsDocument } from './document.ts';

type StoreDeps = Pick<Deps, 'store'>;

export interface HeldOperations {
  readonly document: OperationsDocument;
  /** Absent: there is none yet. */
  readonly etag?: string;
}

export async function readOperations({ store }: StoreDeps, cluster: ClusterId): Promise<HeldOperations> {
  const stored = await store.read<OperationsDocument>(clusterAddress(cluster), NO_OPERATIONS.id);
  return stored ?? { document: NO_OPERATIONS };
}
