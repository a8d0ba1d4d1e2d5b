import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { RESOURCE_VIEW } from '../../lib/api/schemas/views.ts';
import { resourcesOf } from '../../lib/clusters/resources.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

export const listClusterResources = endpoint(
  {
    name: 'list-cluster-resources',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/resources',
    summary: 'The ledger: every cloud resource of the cluster, created or adopted',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: { 200: { description: 'By kind and name', schema: listOf(RESOURCE_VIEW) } },
  },
  ({ target }) => answer(200, { items: resourcesOf(target) }),
);
