import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { clusterEtag, renderPoolOf } from '../../lib/api/render-cluster.ts';
import { POOL_OBJECT_VIEW } from '../../lib/api/schemas/views.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

export const listPools = endpoint(
  {
    name: 'list-pools',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/pools',
    summary: 'List the node pools of a cluster',
    tag: 'Pools',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: {
      200: { description: 'In the order in which they were given', schema: listOf(POOL_OBJECT_VIEW) },
    },
  },
  ({ target }) => {
    const items = target.spec.pools.map(({ name }) => renderPoolOf(target, name));
    return answer(200, { items }, { etag: clusterEtag(target) });
  },
);
