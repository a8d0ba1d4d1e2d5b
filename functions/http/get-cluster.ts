import { readAgentState } from '../../lib/agents/agent-state.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { clusterEtag, renderCluster } from '../../lib/api/render-cluster.ts';
import { CLUSTER_VIEW } from '../../lib/api/schemas/views.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
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
  async ({ deps, target }) => {
    const agent = await readAgentState(deps, target.id);
    return answer(200, renderCluster(target, agent), { etag: clusterEtag(target, agent) });
  },
);
