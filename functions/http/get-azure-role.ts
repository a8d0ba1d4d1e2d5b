import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { azureRole } from '../../lib/platform/azure-role.ts';

const ROLE = z.object({
  Name: z.string(),
  IsCustom: z.literal(true),
  Description: z.string(),
  Actions: z.array(z.string()),
  NotActions: z.array(z.string()),
  DataActions: z.array(z.string()),
  NotDataActions: z.array(z.string()),
  AssignableScopes: z.array(z.string()),
});

/** What the portal's own examples show where a subscription has to be filled in. */
const PLACEHOLDER = '00000000-0000-0000-0000-000000000000';

export const getAzureRole = endpoint(
  {
    name: 'get-azure-role',
    method: 'GET',
    route: 'v1/cloud/azure/role',
    summary: 'The least permissions that an Azure account needs, as a custom role',
    tag: 'Cloud accounts',
    access: 'authenticated',
    query: z.object({
      subscriptionId: z.guid().default(PLACEHOLDER).meta({ description: 'Where the role may be assigned' }),
    }),
    responses: { 200: { description: 'Input of az role definition create', schema: ROLE } },
  },
  ({ query }) => answer(200, azureRole(query.subscriptionId)),
);
