/**
 * What exists before anyone asks for anything: the subscription of the local mode, its resource group, its service
 * principal and the providers. Seeded things are not part of the inventory.
 */
import { ROLES } from './authorization.ts';
import { groupId, keyOf } from './ids.ts';
import { NAMESPACES, providerKey } from './resources/providers.ts';
import type { State } from './state.ts';

export const SUBSCRIPTION_ID = '00000000-0000-0000-0000-000000000001';
export const TENANT_ID = '00000000-0000-0000-0000-0000000000aa';
export const RESOURCE_GROUP = 'platform';
export const RESOURCE_GROUP_LOCATION = 'westeurope';

/** The cloud account `azure-demo` of the local mode. */
export const DEMO_ACCOUNT = {
  tenantId: TENANT_ID,
  clientId: '00000000-0000-0000-0000-0000000000c1',
  clientSecret: 'simulated~azure-demo~secret',
  objectId: '00000000-0000-0000-0000-0000000000b1',
} as const;

/** A group that `adminGroupObjectIDs` may name and Graph finds. */
export const ADMIN_GROUP_ID = '00000000-0000-0000-0000-0000000000d1';

/** Does nothing where it has been done before. */
export function seed(state: State): void {
  if (state.subscriptions.get(SUBSCRIPTION_ID)) return;
  state.subscriptions.put(SUBSCRIPTION_ID, {
    id: SUBSCRIPTION_ID,
    displayName: 'Simulated subscription',
    tenantId: TENANT_ID,
    state: 'Enabled',
  });
  seedGroup(state);
  seedDirectory(state);
  for (const namespace of Object.keys(NAMESPACES))
    state.providers.put(providerKey(SUBSCRIPTION_ID, namespace), {
      namespace,
      subscription: SUBSCRIPTION_ID,
      registeredAt: 0,
    });
}

function seedGroup(state: State): void {
  const id = groupId(SUBSCRIPTION_ID, RESOURCE_GROUP);
  state.groups.put(keyOf(id), {
    key: keyOf(id),
    id,
    name: RESOURCE_GROUP,
    subscription: SUBSCRIPTION_ID,
    location: RESOURCE_GROUP_LOCATION,
    tags: {},
    state: 'Succeeded',
    seeded: true,
    createdAt: 0,
  });
}

function seedDirectory(state: State): void {
  const { objectId, tenantId, clientId, clientSecret } = DEMO_ACCOUNT;
  state.principals.put(objectId, {
    objectId,
    tenantId,
    clientId,
    displayName: 'azure-demo',
    secrets: [{ value: clientSecret }],
    graphRoles: ['Group.Read.All', 'Directory.Read.All'],
  });
  state.roleAssignments.put('azure-demo', {
    id: 'azure-demo',
    principalId: objectId,
    scope: `/subscriptions/${SUBSCRIPTION_ID}`,
    ...ROLES.Contributor,
    effectiveAt: 0,
  });
  state.directoryGroups.put(ADMIN_GROUP_ID, {
    id: ADMIN_GROUP_ID,
    displayName: 'cluster-admins',
    securityEnabled: true,
  });
}
