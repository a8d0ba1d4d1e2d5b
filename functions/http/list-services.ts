import { z } from 'zod';
import { readAgentState } from '../../lib/agents/agent-state.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { shown } from '../../lib/api/schemas/shown.ts';
import { serviceViews } from '../../lib/clusters/services.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

const SERVICE_VIEW = z
  .object({
    namespace: shown('shop'),
    name: shown('web'),
    type: shown('LoadBalancer'),
    managedBy: z
      .enum(['profile', 'external'])
      .meta({ description: 'Who made it: a pack of the profile, or others' }),
    pack: shown('prometheus').nullable(),
    pending: z.boolean().meta({ description: 'A load balancer without an address yet' }),
    urls: z.array(shown('https://20.50.1.2/')).meta({ description: 'Ready to open' }),
    addresses: z.array(shown('20.50.1.2')).meta({ description: 'Of its load balancer, or of nodes' }),
    ports: z.array(
      z.object({
        name: z.string().optional(),
        port: z.number(),
        nodePort: z.number().optional(),
        protocol: z.string().optional(),
        appProtocol: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Service' });

export const listServices = endpoint(
  {
    name: 'list-services',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/services',
    summary: 'Services that can be opened from outside the cluster, whoever made them',
    tag: 'Services',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: { 200: { description: 'By namespace and name', schema: listOf(SERVICE_VIEW) } },
  },
  async ({ deps, target }) => {
    const state = await readAgentState(deps, target.id);
    return answer(200, { items: serviceViews(state?.services ?? [], state?.nodes ?? []) });
  },
);
