import { endpoint } from '../../lib/api/endpoint.ts';
import { POOL_INPUT } from '../../lib/api/schemas/pool.ts';
import { addPool } from '../../lib/clusters/edit.ts';
import { audited, whenAccepted } from './audited.ts';
import { CLUSTER_TARGET, editOf, STRICT, unlessFresh } from './shapes/cluster.ts';
import { nameIn } from './shapes/cluster-example.ts';
import { CLUSTER } from './shapes/paths.ts';
import { ACCEPTED_POOL, acceptedPool } from './shapes/pool.ts';

export const createPool = endpoint(
  {
    name: 'create-pool',
    method: 'POST',
    route: 'v1/projects/{project}/clusters/{cluster}/pools',
    summary: 'Add a worker pool',
    tag: 'Pools',
    access: { role: 'editor' },
    params: CLUSTER,
    query: STRICT,
    locate: CLUSTER_TARGET,
    precondition: unlessFresh,
    lenientBody: POOL_INPUT,
    requestExamples: {
      add: {
        summary: 'A pool with GPUs in one zone',
        value: { name: 'gpu', size: 1, instanceType: 'Standard_NC4as_T4_v3', zones: ['1'] },
      },
      autoscaled: {
        summary: 'A pool that scales by itself',
        value: { name: 'batch', autoscale: { min: 0, max: 10 }, instanceType: 'Standard_D4s_v5' },
      },
      'add-aws': {
        summary: 'On EC2: a pool with GPUs in one zone',
        value: { name: 'gpu', size: 1, instanceType: 'g4dn.xlarge', zones: ['eu-central-1a'] },
      },
      spot: {
        summary: 'On EC2: spot for at most 40 % of the on-demand price, on-demand while there is none',
        value: {
          name: 'batch',
          size: 3,
          instanceType: 'm5.large',
          capacity: 'spot',
          spot: { maxBidPercent: 40, fallback: 'on-demand' },
        },
      },
    },
    responses: {
      202: { description: 'The pool; Location has its address', schema: ACCEPTED_POOL },
      409: { description: 'POOL_NAME_TAKEN or CLUSTER_DELETING' },
      422: { description: 'Every rule that the pool breaks; the same as at create' },
    },
  },
  audited({
    what: 'pool.create',
    object: ({ params, rawBody }) => ({ kind: 'pool', name: `${params.cluster}/${nameIn(rawBody)}` }),
    async run(call) {
      const { project, cluster } = call.params;
      const name = nameIn(call.rawBody);
      return whenAccepted(await addPool(call.deps, editOf(call), call.rawBody), (outcome) =>
        acceptedPool(outcome, name, {
          location: `/api/v1/projects/${project}/clusters/${cluster}/pools/${name}`,
        }),
      );
    },
  }),
);
