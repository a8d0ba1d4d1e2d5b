import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { clusterEtag, renderPoolOf } from '../../lib/api/render-cluster.ts';
import { POOL_OBJECT_VIEW } from '../../lib/api/schemas/views.ts';
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
    responses: { 200: { description: 'The pool', schema: POOL_OBJECT_VIEW } },
  },
  ({ target, params }) => answer(200, renderPoolOf(target, params.pool), { etag: clusterEtag(target) }),
);
