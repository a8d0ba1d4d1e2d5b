/** Reading what is kept of a cluster's operations. */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, HOUR_MS, toEpochMs } from '../domain/time.ts';
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

/** Places come and go inside the cluster, unseen: what was said longer ago is no reason to refuse one. Our choice. */
const BELIEVED_MS = HOUR_MS;

/** `undefined`: not known well enough. */
export function knownLocations(
  { backupLocations }: OperationsDocument,
  nowMs: EpochMs,
): readonly string[] | undefined {
  const isFresh = backupLocations && nowMs - toEpochMs(backupLocations.at) < BELIEVED_MS;
  return isFresh ? backupLocations.names : undefined;
}
