import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { clusterEtag, renderPool } from '../../lib/api/render-cluster.ts';
import { POOL_VIEW } from '../../lib/api/schemas/views.ts';
import { POOL } from './shapes/paths.ts';
import { POOL_TARGET } from './shapes/pool.ts';

export const getPool = endpoint(
  {
    name: 'get-pool',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/pools/{pool}',
    summary: 'Read a node pool',
    tag: 'Pools',
    access: { role: 'viewer' },
    params: POOL,
    locate: POOL_TARGET,
    responses: { 200: { description: 'The pool', schema: POOL_VIEW } },
  },
  ({ target, params }) => {
    const [pool] = target.spec.pools.filter(({ name }) => name === params.pool);
    return answer(200, pool && renderPool(pool), { etag: clusterEtag(target) });
  },
);
