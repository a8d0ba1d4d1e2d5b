import { answer } from '../../lib/api/answer.ts';
import type { LocateInput } from '../../lib/api/contract.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { problem } from '../../lib/api/problem.ts';
import { nodesOf } from '../../lib/clusters/nodes.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { NODE_VIEW } from './shapes/node.ts';
import { unanswered } from './shapes/not-ready.ts';
import { NODE, type NodePath } from './shapes/paths.ts';

export const getNode = endpoint(
  {
    name: 'get-node',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/nodes/{node}',
    summary: 'Read one node',
    tag: 'Nodes',
    access: { role: 'viewer' },
    params: NODE,
    locate: { ...CLUSTER_TARGET, find: (at: LocateInput<NodePath>) => CLUSTER_TARGET.find(at) },
    responses: {
      200: { description: 'The node', schema: NODE_VIEW },
      409: { description: 'CLUSTER_NOT_READY: there is no API yet' },
    },
  },
  async ({ deps, target, params }) => {
    const nodes = await nodesOf(deps, target);
    if (!nodes.ok) return unanswered(nodes.error);
    const node = nodes.value.find(({ name }) => name === params.node);
    return node ? answer(200, node) : problem(404, 'NODE_NOT_FOUND', 'There is no such node here.');
  },
);
