import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { egressRequirements } from '../../lib/platform/egress.ts';
import { listOf } from './shapes/project.ts';

const TARGET = z.object({
  host: z.string(),
  port: z.int(),
  purpose: z.string(),
  required: z.boolean(),
});

export const listEgressRequirements = endpoint(
  {
    name: 'list-egress-requirements',
    method: 'GET',
    route: 'v1/platform/egress-requirements',
    summary: 'The outbound allow-list for firewalls and proxies',
    tag: 'Platform',
    access: 'authenticated',
    responses: { 200: { description: 'Hosts, ports and what they are for', schema: listOf(TARGET) } },
  },
  ({ url }) => answer(200, { items: egressRequirements(new URL(url)) }),
);
