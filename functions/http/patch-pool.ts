import { endpoint } from '../../lib/api/endpoint.ts';
import { POOL_INPUT } from '../../lib/api/schemas/pool.ts';
import { changePool } from '../../lib/clusters/edit.ts';
import { audited, whenAccepted } from './audited.ts';
import { editOf, STRICT, unlessFresh } from './shapes/cluster.ts';
import { POOL } from './shapes/paths.ts';
import { ACCEPTED_POOL, acceptedPool, POOL_TARGET } from './shapes/pool.ts';

export const patchPool = endpoint(
  {
    name: 'patch-pool',
    method: 'PATCH',
    route: 'v1/projects/{project}/clusters/{cluster}/pools/{pool}',
    summary: 'Scale or reconfigure a pool (JSON merge patch)',
    tag: 'Pools',
    access: { role: 'editor' },
    params: POOL,
    query: STRICT,
    locate: POOL_TARGET,
    precondition: unlessFresh,
    lenientBody: POOL_INPUT,
    requestExample: { size: 5 },
    responses: {
      200: { description: 'Nothing changed', schema: ACCEPTED_POOL },
      202: { description: 'The pool as it is wanted now', schema: ACCEPTED_POOL },
      409: { description: 'POOL_AUTOSCALED, LAST_SYSTEM_POOL or CLUSTER_DELETING' },
      422: { description: 'Every rule that the pool would break' },
    },
  },
  audited({
    what: 'pool.patch',
    object: ({ params }) => ({ kind: 'pool', name: `${params.cluster}/${params.pool}` }),
    run: async (call) =>
      whenAccepted(await changePool(call.deps, editOf(call), call.params.pool, call.rawBody), (outcome) =>
        acceptedPool(outcome, call.params.pool),
      ),
  }),
);
