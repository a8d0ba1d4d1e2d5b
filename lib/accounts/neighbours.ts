/** Whether a cluster is alone in its corner of a cloud: what an account's clusters share goes with the last of them. */
import type { Deps } from '../deps.ts';
import type { ClusterView } from '../domain/cluster.ts';
import { clustersOf } from './users.ts';

/** Clusters of the same account in the same region that stay. Those that are being deleted, too, count as gone. */
export async function hasNeighbours(
  deps: Pick<Deps, 'store'>,
  { id, project, spec }: Pick<ClusterView, 'id' | 'project' | 'spec'>,
): Promise<boolean> {
  const { account, region } = spec.cloud;
  const clusters = await clustersOf(deps, project, account);
  return clusters.some(
    ({ uid, cloud, state }) => uid !== id && cloud.region === region && state !== 'Deleting',
  );
}
