import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { shown } from '../../lib/api/schemas/shown.ts';
import { egressRequirements } from '../../lib/platform/egress.ts';
import { listOf } from './shapes/project.ts';

const TARGET = z.object({
  host: shown('quay.io'),
  port: z.int().meta({ example: 443 }),
  purpose: shown('container registry'),
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
  ({ url, deps }) => answer(200, { items: egressRequirements(new URL(url), deps.config.agents) }),
);
