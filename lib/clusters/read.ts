/** Finding one cluster by its name: the directory gives the uid, the uid the document. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { ClusterId } from '../domain/ids.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { readEntry } from './directory.ts';

type StoreDeps = Pick<Deps, 'store'>;

/** `undefined`: no such cluster, or its name is only reserved so far. */
export async function findCluster(
  deps: StoreDeps,
  project: string,
  name: string,
): Promise<ClusterDocument | undefined> {
  const entry = await readEntry(deps, project, name);
  return entry && readCluster(deps, entry.document.summary.uid);
}

export async function readCluster({ store }: StoreDeps, id: ClusterId): Promise<ClusterDocument | undefined> {
  const stored = await store.read<ClusterDocument>(clusterAddress(id), id);
  return stored?.document;
}
