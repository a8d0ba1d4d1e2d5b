/**
 * What the owner of the tenant does without asking us: principals and their secrets, role assignments, groups, states
 * of subscriptions and providers, deletions behind everyone's back. For tests and for the local mode.
 */
import type { RoleDefinition } from './authorization.ts';
import { groupId, keyOf, parseId } from './ids.ts';
import { forget, plainResource } from './resources/plain.ts';
import { providerKey } from './resources/providers.ts';
import { type DirectoryGroup, nextCount, type Principal, type Subscription } from './state.ts';
import type { World } from './world.ts';

export interface Grant {
  /** Object id. */
  readonly principalId: string;
  readonly scope: string;
  readonly role: RoleDefinition;
  /** Role assignments spread within minutes; at once only when asked for. */
  readonly atOnce?: boolean;
}

export interface Administration {
  /** Adds a principal, or replaces it with all of its secrets. */
  putPrincipal(principal: Principal): void;
  removePrincipal(objectId: string): void;
  grant(grant: Grant): void;
  /** Takes every role from the principal. */
  revokeAll(principalId: string): void;
  putGroup(group: DirectoryGroup): void;
  setSubscriptionState(id: string, state: Subscription['state']): void;
  unregisterProvider(subscription: string, namespace: string): void;
  /** A user-assigned identity; gives its object id. The resource group must exist. */
  createIdentity(subscription: string, group: string, name: string): string;
  /** Deletes one resource at once, whatever depends on it. */
  deleteBehindTheBack(id: string): void;
}

/** Every change is committed by `commit`, like a request of its own. */
export function administrationOf(world: World, commit: () => void): Administration {
  const committed =
    <A extends readonly unknown[], R>(change: (...args: A) => R) =>
    (...args: A): R => {
      const result = change(...args);
      commit();
      return result;
    };
  const { state } = world;
  return {
    putPrincipal: committed((principal) => state.principals.put(principal.objectId, principal)),
    removePrincipal: committed((objectId) => state.principals.delete(objectId)),
    grant: committed((given) => grant(world, given)),
    revokeAll: committed((principalId) => {
      for (const { id } of state.roleAssignments.inGroup(principalId)) state.roleAssignments.delete(id);
    }),
    putGroup: committed((group) => state.directoryGroups.put(group.id.toLowerCase(), group)),
    setSubscriptionState: committed((id, to) => {
      const subscription = state.subscriptions.get(keyOf(id));
      if (subscription) state.subscriptions.put(keyOf(id), { ...subscription, state: to });
    }),
    unregisterProvider: committed((subscription, namespace) =>
      state.providers.put(providerKey(subscription, namespace), { namespace, subscription }),
    ),
    createIdentity: committed((subscription, group, name) =>
      createIdentity(world, subscription, group, name),
    ),
    deleteBehindTheBack: committed((id) => {
      const resource = parseId(id) ? state.resources.get(keyOf(id)) : undefined;
      if (resource) forget(world, world.clock.now(), resource);
    }),
  };
}

function grant(world: World, { principalId, scope, role, atOnce }: Grant): void {
  const id = `assignment-${nextCount(world.state, 'roleAssignment')}`;
  const delay = world.chance.milliseconds(`role/${id}`, world.settings.timings.roleSpread);
  const effectiveAt = atOnce ? 0 : world.clock.now() + delay;
  world.state.roleAssignments.put(id, { id, principalId, scope, ...role, effectiveAt });
}

function createIdentity(world: World, subscription: string, groupName: string, name: string): string {
  const group = world.state.groups.get(keyOf(groupId(subscription, groupName)));
  if (!group) throw new Error(`There is no resource group ${groupName}`);
  const tenantId = world.state.subscriptions.get(keyOf(subscription))?.tenantId ?? '';
  const principalId = world.chance.uuid(`identity/${name}`);
  const resource = plainResource(world, world.clock.now(), {
    group,
    type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    names: [name],
    location: group.location,
    properties: { tenantId, principalId, clientId: world.chance.uuid(`identity-client/${name}`) },
    state: 'Succeeded',
  });
  world.state.resources.put(resource.key, resource);
  world.state.principals.put(principalId, {
    objectId: principalId,
    tenantId,
    displayName: name,
    secrets: [],
    graphRoles: [],
  });
  return principalId;
}
