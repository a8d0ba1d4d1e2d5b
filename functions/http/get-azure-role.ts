import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { shown } from '../../lib/api/schemas/shown.ts';
import { azureRole } from '../../lib/platform/azure-role.ts';

const NONE = z.array(z.string()).meta({ example: [] });

const ROLE = z.object({
  Name: shown('Slipway AKS'),
  IsCustom: z.literal(true),
  Description: shown('What Slipway needs to create, change and delete AKS clusters.'),
  Actions: z.array(shown('Microsoft.ContainerService/managedClusters/write')),
  NotActions: NONE,
  DataActions: NONE,
  NotDataActions: NONE,
  AssignableScopes: z.array(shown('/subscriptions/00000000-0000-0000-0000-000000000001')),
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
