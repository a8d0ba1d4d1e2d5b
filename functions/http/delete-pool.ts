import { z } from 'zod';
import { endpoint } from '../../lib/api/endpoint.ts';
import { unlessConfirmed } from '../../lib/api/preconditions.ts';
import { removePool } from '../../lib/clusters/edit.ts';
import { audited, whenAccepted } from './audited.ts';
import { editOf, STRICT, unlessFresh } from './shapes/cluster.ts';
import { POOL } from './shapes/paths.ts';
import { ACCEPTED_POOL, acceptedPool, POOL_TARGET } from './shapes/pool.ts';

export const deletePool = endpoint(
  {
    name: 'delete-pool',
    method: 'DELETE',
    route: 'v1/projects/{project}/clusters/{cluster}/pools/{pool}',
    summary: 'Remove a pool; its nodes are drained first',
    tag: 'Pools',
    access: { role: 'editor' },
    params: POOL,
    query: z.object({
      ...STRICT.shape,
      confirm: z.string().optional().meta({ description: 'The name of the pool again', example: 'work' }),
    }),
    locate: POOL_TARGET,
    precondition: (call) => unlessFresh(call) ?? unlessConfirmed(call.query.confirm, call.params.pool),
    responses: {
      202: { description: 'The pool as it was; its nodes are on their way out', schema: ACCEPTED_POOL },
      409: {
        description:
          'LAST_SYSTEM_POOL, CONTROL_PLANE_POOL_REQUIRED, NO_SCHEDULABLE_NODES, MIN_CPU, MIN_MEMORY or CLUSTER_DELETING',
      },
      428: { description: 'CONFIRMATION_REQUIRED: confirm is not the name' },
    },
  },
  audited({
    what: 'pool.delete',
    object: ({ params }) => ({ kind: 'pool', name: `${params.cluster}/${params.pool}` }),
    run: async (call) =>
      whenAccepted(await removePool(call.deps, editOf(call), call.params.pool), (outcome) =>
        acceptedPool(outcome, call.params.pool, { last: call.target }),
      ),
  }),
);
