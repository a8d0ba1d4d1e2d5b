import { endpoint } from '../../lib/api/endpoint.ts';
import { POOL_PATCH } from '../../lib/api/schemas/pool.ts';
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
    lenientBody: POOL_PATCH,
    requestExamples: {
      scale: { summary: 'Scale: nodes are added or removed', value: { size: 5 } },
      autoscale: { summary: 'Scale by itself', value: { autoscale: { min: 2, max: 6 } } },
      fixed: { summary: 'Back to a fixed size', value: { autoscale: null, size: 3 } },
      resize: {
        summary: 'Resize: each node is replaced by one of the other type',
        value: { instanceType: 'Standard_D8s_v5' },
      },
      reconfigure: {
        summary: 'Reconfigure: disk, zones, labels and draining',
        value: {
          disk: { sizeGiB: 128 },
          zones: ['1', '2', '3'],
          labels: { team: 'shop' },
          drain: { timeout: 'PT15M', onBlocked: 'wait' },
        },
      },
    },
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
