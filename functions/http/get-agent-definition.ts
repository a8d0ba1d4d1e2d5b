import { z } from 'zod';
import { definitionOf } from '../../lib/agents/definition.ts';
import { readRoster } from '../../lib/agents/roster.ts';
import { answer } from '../../lib/api/answer.ts';
import { agentOf } from '../../lib/api/auth/agent-of.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { notFound } from '../../lib/api/problem.ts';
import { readCluster } from '../../lib/clusters/read.ts';
import { SECOND_MS } from '../../lib/domain/time.ts';
import { DEFINITION } from './shapes/definition.ts';

/** Another instance may have told the agent of a revision that this one has not heard of yet. */
const FRESH_MS = SECOND_MS;

export const getAgentDefinition = endpoint(
  {
    name: 'get-agent-definition',
    method: 'GET',
    route: 'agent/v1/definition',
    summary: 'What the agent of a cluster has to carry out',
    tag: 'Agents',
    access: 'agent',
    query: z.object({
      since: z
        .string()
        .max(40)
        .optional()
        .meta({ description: 'Revision that the agent has; 304 when it is still that one', example: '3.0' }),
    }),
    responses: {
      200: { description: 'The definition as a whole', schema: DEFINITION },
      304: { description: 'Nothing changed' },
      403: { description: 'CREDENTIAL_OF_OTHER_CLUSTER' },
      404: { description: 'CLUSTER_NOT_FOUND' },
    },
  },
  async (call) => {
    const { deps, query } = call;
    const { cluster, shard } = agentOf(call);
    const entry = (await readRoster(deps, shard, FRESH_MS)).get(cluster);
    if (entry === undefined) return notFound('cluster');
    if (query.since === entry.revision) return answer(304);
    const document = await readCluster(deps, cluster);
    return document ? answer(200, await definitionOf(deps, document, entry)) : notFound('cluster');
  },
);
