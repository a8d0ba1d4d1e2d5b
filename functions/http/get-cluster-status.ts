import { z } from 'zod';
import { readAgentState } from '../../lib/agents/agent-state.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { clusterEtag, renderStatus } from '../../lib/api/render-cluster.ts';
import { STATUS_VIEW, TASK_VIEW } from '../../lib/api/schemas/views.ts';
import { clusterTasks } from '../../lib/clusters/tasks.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';

export const getClusterStatus = endpoint(
  {
    name: 'get-cluster-status',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/status',
    summary: 'State, milestones, and the tasks behind them with their progress',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: {
      200: {
        description: 'Where the cluster stands, and why',
        schema: z.object({
          ...STATUS_VIEW.unwrap().shape,
          generation: z.int(),
          tasks: z.array(TASK_VIEW),
        }),
      },
    },
  },
  async ({ deps, target }) => {
    const agent = await readAgentState(deps, target.id);
    const tasks = clusterTasks(target, deps.clock.now());
    const body = { ...renderStatus(target, agent), generation: target.generation, tasks };
    return answer(200, body, { etag: clusterEtag(target, agent) });
  },
);
