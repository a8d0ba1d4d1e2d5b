import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { resolvedOf } from '../../lib/clusters/resolved.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';
import { RESOLVED_VIEW } from './shapes/resolved.ts';

export const getResolvedProfile = endpoint(
  {
    name: 'get-resolved-profile',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/resolved',
    summary: 'The profile that the cluster is made from, with the source of every value',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: { 200: { description: 'Layers with their values', schema: RESOLVED_VIEW } },
  },
  ({ target }) => answer(200, resolvedOf(target)),
);
