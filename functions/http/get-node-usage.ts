import { answer } from '../../lib/api/answer.ts';
import type { LocateInput } from '../../lib/api/contract.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { notFound } from '../../lib/api/problem.ts';
import { nodeUsage } from '../../lib/usage/read.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { NODE, type NodePath } from './shapes/paths.ts';
import { RANGE_QUERY, rangeIn, USAGE_VIEW } from './shapes/usage.ts';

export const getNodeUsage = endpoint(
  {
    name: 'get-node-usage',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/nodes/{node}/usage',
    summary: 'Cores, memory and disk that one node uses, now and over time, and what its pods ask for',
    tag: 'Usage',
    access: { role: 'viewer' },
    params: NODE,
    query: RANGE_QUERY,
    locate: { ...CLUSTER_TARGET, find: (at: LocateInput<NodePath>) => CLUSTER_TARGET.find(at) },
    responses: {
      200: { description: 'As for the cluster', schema: USAGE_VIEW },
      404: { description: 'NODE_NOT_FOUND: no agent has reported such a node' },
      422: { description: 'RANGE_INVALID, STEP_INVALID' },
    },
  },
  async ({ deps, target, params, query }) => {
    const range = rangeIn(query, deps.clock.now());
    if ('kind' in range) return range;
    const usage = await nodeUsage(deps, target.id, { range, node: params.node });
    return usage ? answer(200, usage) : notFound('node');
  },
);
