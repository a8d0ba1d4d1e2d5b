import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { nodesOf } from '../../lib/clusters/nodes.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { NODE_VIEW } from './shapes/node.ts';
import { unanswered } from './shapes/not-ready.ts';
import { CLUSTER } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

export const listNodes = endpoint(
  {
    name: 'list-nodes',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/nodes',
    summary: "List the nodes that the cluster's own API has now",
    tag: 'Nodes',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: {
      200: { description: 'By name', schema: listOf(NODE_VIEW) },
      409: { description: 'CLUSTER_NOT_READY: there is no API yet' },
      503: { description: 'The cluster or its cloud does not answer; ask again' },
    },
  },
  async ({ deps, target }) => {
    const nodes = await nodesOf(deps, target);
    return nodes.ok ? answer(200, { items: nodes.value }) : unanswered(nodes.error);
  },
);
