import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { clusterUsage } from '../../lib/usage/read.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';
import { rangeIn, USAGE_QUERY, USAGE_VIEW } from './shapes/usage.ts';

export const getClusterUsage = endpoint(
  {
    name: 'get-cluster-usage',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/usage',
    summary: 'Cores, memory and disk that are used, now and over time, and what pods ask for',
    tag: 'Usage',
    access: { role: 'viewer' },
    params: CLUSTER,
    query: USAGE_QUERY,
    locate: CLUSTER_TARGET,
    responses: {
      200: { description: 'null where nothing was measured', schema: USAGE_VIEW },
      422: { description: 'RANGE_INVALID, STEP_INVALID, INCLUDE_INVALID' },
    },
  },
  async ({ deps, target, query }) => {
    const range = rangeIn(query, deps.clock.now());
    if ('kind' in range) return range;
    return answer(200, await clusterUsage(deps, target.id, { range, include: query.include }));
  },
);
