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
      'scale-control-plane': {
        summary: 'On EC2: the control plane grows from 1 to 3 to 5 nodes; with chain from 1 to 5',
        value: { size: 5, chain: true },
      },
      'resize-aws': {
        summary: 'On EC2: each node is replaced by one of the other type',
        value: { instanceType: 'm5.xlarge' },
      },
      zones: { summary: 'On EC2: a zone more', value: { zones: ['a', 'b', 'c'] } },
      spot: {
        summary: 'On EC2: each node is replaced by a spot machine within the bid',
        value: { capacity: 'spot', spot: { maxBidPercent: 40 } },
      },
      'on-demand': { summary: 'On EC2: back to on-demand', value: { capacity: 'on-demand' } },
    },
    responses: {
      200: { description: 'Nothing changed', schema: ACCEPTED_POOL },
      202: { description: 'The pool as it is wanted now', schema: ACCEPTED_POOL },
      409: { description: 'POOL_AUTOSCALED, LAST_SYSTEM_POOL or CLUSTER_DELETING' },
      422: {
        description:
          'Every rule that the pool would break; CONTROL_PLANE_SCALE_STEP when steps are skipped without chain',
      },
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
