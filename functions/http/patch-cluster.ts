import { endpoint } from '../../lib/api/endpoint.ts';
import { CLUSTER_PATCH } from '../../lib/api/schemas/cluster.ts';
import { patchCluster as patch } from '../../lib/clusters/edit.ts';
import { audited, whenAccepted } from './audited.ts';
import { ACCEPTED, accepted, CLUSTER_TARGET, editOf, STRICT, unlessFresh } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';

export const patchCluster = endpoint(
  {
    name: 'patch-cluster',
    method: 'PATCH',
    route: 'v1/projects/{project}/clusters/{cluster}',
    summary: 'Change description, tags, purpose or schedules (JSON merge patch)',
    tag: 'Clusters',
    access: { role: 'editor' },
    params: CLUSTER,
    query: STRICT,
    locate: CLUSTER_TARGET,
    precondition: unlessFresh,
    lenientBody: CLUSTER_PATCH,
    requestExamples: {
      tags: { summary: 'Set one tag, remove another', value: { tags: { department: 'sales', team: null } } },
      schedules: {
        summary: 'Back up every night, patch no more',
        value: { schedules: { osPatching: null, backup: { cron: '0 2 * * *', retention: 'P7D' } } },
      },
    },
    responses: {
      200: { description: 'Nothing changed', schema: ACCEPTED },
      202: { description: 'The cluster as it is wanted now', schema: ACCEPTED },
      409: { description: 'USE_PROFILE_UPDATE or CLUSTER_DELETING' },
      422: { description: 'FIELD_IMMUTABLE with the route to use, or a rule that the patch breaks' },
    },
  },
  audited({
    what: 'cluster.patch',
    object: ({ params }) => ({ kind: 'cluster', name: params.cluster }),
    run: async (call) => whenAccepted(await patch(call.deps, editOf(call), call.rawBody), accepted),
  }),
);
