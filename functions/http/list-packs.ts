import { readAgentState } from '../../lib/agents/agent-state.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { clusterEtag } from '../../lib/api/render-cluster.ts';
import { packsOf } from '../../lib/clusters/packs.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { PACK_VIEW } from './shapes/pack.ts';
import { CLUSTER } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

export const listPacks = endpoint(
  {
    name: 'list-packs',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/packs',
    summary: 'List the packs of a cluster with their values, sources and status',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: { 200: { description: 'In the order of the layers', schema: listOf(PACK_VIEW) } },
  },
  async ({ deps, target }) => {
    const agent = await readAgentState(deps, target.id);
    return answer(200, { items: packsOf(target, agent) }, { etag: clusterEtag(target, agent) });
  },
);
