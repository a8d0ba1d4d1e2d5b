import { z } from 'zod';
import { endpoint } from '../../lib/api/endpoint.ts';
import { unlessConfirmed } from '../../lib/api/preconditions.ts';
import { removeCluster } from '../../lib/clusters/remove.ts';
import { audited, whenAccepted } from './audited.ts';
import { ACCEPTED, accepted, CLUSTER_TARGET, commandOf, unlessFresh } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';

export const deleteCluster = endpoint(
  {
    name: 'delete-cluster',
    method: 'DELETE',
    route: 'v1/projects/{project}/clusters/{cluster}',
    summary: 'Delete a cluster and everything that was created for it',
    tag: 'Clusters',
    access: { role: 'editor' },
    params: CLUSTER,
    query: z.object({
      confirm: z.string().optional().meta({ description: 'The name of the cluster again', example: 'shop' }),
    }),
    locate: CLUSTER_TARGET,
    precondition: (call) => unlessFresh(call) ?? unlessConfirmed(call.query.confirm, call.target.name),
    responses: {
      202: { description: 'Being deleted; also when it was already', schema: ACCEPTED },
      428: { description: 'CONFIRMATION_REQUIRED: confirm is not the name' },
    },
  },
  audited({
    what: 'cluster.delete',
    object: ({ params }) => ({ kind: 'cluster', name: params.cluster }),
    run: async (call) =>
      whenAccepted(await removeCluster(call.deps, commandOf(call)), (outcome) =>
        accepted({ ...outcome, changed: true }),
      ),
  }),
);
