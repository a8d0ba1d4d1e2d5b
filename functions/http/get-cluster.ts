import { endpoint } from '../../lib/api/endpoint.ts';
import { CLUSTER_VIEW } from '../../lib/api/schemas/views.ts';
import { CLUSTER_TARGET, clusterAnswer } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';

export const getCluster = endpoint(
  {
    name: 'get-cluster',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}',
    summary: 'Read a cluster with its status',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: {
      200: { description: 'The cluster', schema: CLUSTER_VIEW },
      304: { description: 'If-None-Match names what it still is' },
    },
  },
  ({ target }) => clusterAnswer(200, target),
);
