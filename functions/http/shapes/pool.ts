/** One pool of a cluster that the caller may see. */
import type { LocateInput, Missing } from '../../../lib/api/contract.ts';
import type { ClusterDocument } from '../../../lib/domain/cluster.ts';
import { CLUSTER_TARGET } from './cluster.ts';
import type { PoolPath } from './paths.ts';

/** The cluster, if it has the pool: commands are about the cluster, and so are generations. */
export const POOL_TARGET = {
  what: 'pool',
  async find(input: LocateInput<PoolPath>): Promise<ClusterDocument | Missing | undefined> {
    const document = await CLUSTER_TARGET.find(input);
    if (!document) return { missing: CLUSTER_TARGET.what };
    return document.spec.pools.some((pool) => pool.name === input.params.pool) ? document : undefined;
  },
};
