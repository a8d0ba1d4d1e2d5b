/** Whether a cluster is alone in its corner of a cloud: what an account's clusters share goes with the last of them. */
import { readCluster } from '../clusters/read.ts';
import type { Deps } from '../deps.ts';
import type { ClusterView } from '../domain/cluster.ts';
import { clustersOf } from './users.ts';

/**
 * Clusters of the same account in the same region that stay. Those that are being deleted count as gone, too, and so
 * does a name that was reserved for a cluster which nobody ever stored.
 */
export async function hasNeighbours(
  deps: Pick<Deps, 'store'>,
  { id, project, spec }: Pick<ClusterView, 'id' | 'project' | 'spec'>,
): Promise<boolean> {
  const { account, region } = spec.cloud;
  const clusters = await clustersOf(deps, project, account);
  for (const { uid, cloud, state } of clusters) {
    if (uid === id || cloud.region !== region || state === 'Deleting') continue;
    const neighbour = await readCluster(deps, uid);
    if (neighbour !== undefined && neighbour.deletedAt === undefined) return true;
  }
  return false;
}
