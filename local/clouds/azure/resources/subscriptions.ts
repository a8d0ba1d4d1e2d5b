/** Subscriptions, their locations with availability zones, and the permissions that the caller has in them. */

import { rolesAt } from '../authorization.ts';
import { REGIONS, type Region } from '../catalogue.ts';
import { keyOf } from '../ids.ts';
import { pageOf } from '../listing.ts';
import type { Subscription } from '../state.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';

const show = ({ id, displayName, tenantId, state }: Subscription) => ({
  id: `/subscriptions/${id}`,
  subscriptionId: id,
  displayName,
  tenantId,
  state,
  authorizationSource: 'RoleBased',
  subscriptionPolicies: {
    locationPlacementId: 'Public_2014-09-01',
    quotaId: 'PayAsYouGo_2014-09-01',
    spendingLimit: 'Off',
  },
});

/** Only those in which the caller has any role at all. */
function listSubscriptions(world: World, request: ArmRequest): ArmReply {
  const visible = world.state.subscriptions
    .values()
    .filter(
      ({ id }) =>
        rolesAt(world.state, request.caller.objectId, `/subscriptions/${id}`, request.now).length > 0,
    );
  return pageOf(request, visible.map(show), world.settings.pageSize);
}

function getSubscription(world: World, request: ArmRequest): ArmReply {
  const subscription = world.state.subscriptions.get(keyOf(request.param('subscription')));
  return reply(200, subscription ? show(subscription) : {});
}

function listLocations(_world: World, request: ArmRequest): ArmReply {
  const subscription = request.param('subscription');
  return reply(200, { value: REGIONS.map((region) => showLocation(subscription, region)) });
}

function showLocation(subscription: string, region: Region) {
  const { name, displayName, geographyGroup, pairedWith, zones } = region;
  const id = (location: string) => `/subscriptions/${subscription}/locations/${location}`;
  return {
    id: id(name),
    name,
    type: 'Region',
    displayName,
    regionalDisplayName: `(${geographyGroup}) ${displayName}`,
    metadata: {
      regionType: 'Physical',
      regionCategory: 'Recommended',
      geographyGroup,
      pairedRegion: [{ name: pairedWith, id: id(pairedWith) }],
    },
    // Absent, not empty, where a region has no zones.
    ...(zones.length > 0
      ? {
          availabilityZoneMappings: zones.map((zone) => ({
            logicalZone: zone,
            physicalZone: `${name}-az${zone}`,
          })),
        }
      : {}),
  };
}

function listPermissions(world: World, request: ArmRequest): ArmReply {
  const scope = request.path.split(/\/providers\/Microsoft\.Authorization/i)[0] ?? request.path;
  const roles = rolesAt(world.state, request.caller.objectId, scope, request.now);
  const value = roles.map(({ actions, notActions }) => ({
    actions,
    notActions,
    dataActions: [],
    notDataActions: [],
  }));
  return reply(200, { value });
}

const SUBSCRIPTION = '/subscriptions/{subscription}';
const PERMISSIONS = 'providers/Microsoft.Authorization/permissions';

export const subscriptionRoutes: readonly Route[] = [
  { method: 'GET', path: '/subscriptions', operation: 'subscriptions.list', handle: listSubscriptions },
  {
    method: 'GET',
    path: SUBSCRIPTION,
    operation: 'subscriptions.get',
    action: 'Microsoft.Resources/subscriptions/read',
    handle: getSubscription,
  },
  {
    method: 'GET',
    path: `${SUBSCRIPTION}/locations`,
    operation: 'subscriptions.listLocations',
    action: 'Microsoft.Resources/subscriptions/locations/read',
    handle: listLocations,
  },
  {
    method: 'GET',
    path: `${SUBSCRIPTION}/${PERMISSIONS}`,
    operation: 'permissions.listForSubscription',
    handle: listPermissions,
  },
  {
    method: 'GET',
    path: `${SUBSCRIPTION}/resourceGroups/{group}/${PERMISSIONS}`,
    operation: 'permissions.listForResourceGroup',
    handle: listPermissions,
  },
];
