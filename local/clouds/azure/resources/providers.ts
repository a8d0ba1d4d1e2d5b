/** Resource providers: which there are, and whether the subscription is registered with them. */

import { REGIONS } from '../catalogue.ts';
import { ArmError } from '../errors.ts';
import { keyOf } from '../ids.ts';
import { pageOf } from '../listing.ts';
import type { Provider } from '../state.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';

/** The namespaces with the types that this Azure serves. */
export const NAMESPACES: Readonly<Record<string, readonly string[]>> = {
  'Microsoft.Authorization': ['permissions', 'roleAssignments'],
  'Microsoft.Compute': ['virtualMachineScaleSets', 'skus', 'locations/usages'],
  'Microsoft.ContainerService': [
    'managedClusters',
    'managedClusters/agentPools',
    'locations/kubernetesVersions',
  ],
  'Microsoft.ManagedIdentity': ['userAssignedIdentities'],
  'Microsoft.Network': ['virtualNetworks', 'networkSecurityGroups', 'publicIPAddresses', 'loadBalancers'],
  'Microsoft.Resources': ['resourceGroups', 'subscriptions', 'providers'],
  'Microsoft.Storage': ['storageAccounts'],
};

export const providerKey = (subscription: string, namespace: string): string =>
  keyOf(`${subscription}/${namespace}`);

function show(provider: Provider, now: number) {
  const { namespace, subscription, registeredAt } = provider;
  const locations = REGIONS.map(({ displayName }) => displayName);
  const registrationState =
    registeredAt === undefined ? 'NotRegistered' : now < registeredAt ? 'Registering' : 'Registered';
  return {
    id: `/subscriptions/${subscription}/providers/${namespace}`,
    namespace,
    registrationPolicy: 'RegistrationRequired',
    registrationState,
    resourceTypes: (NAMESPACES[namespace] ?? []).map((resourceType) => ({ resourceType, locations })),
  };
}

function find(world: World, request: ArmRequest): Provider {
  const namespace = request.param('namespace');
  const provider = world.state.providers.get(providerKey(request.param('subscription'), namespace));
  if (provider) return provider;
  throw new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
}

function list(world: World, request: ArmRequest): ArmReply {
  const mine = world.state.providers.values().filter((p) => p.subscription === request.param('subscription'));
  return pageOf(
    request,
    mine.map((provider) => show(provider, request.now)),
    world.settings.pageSize,
  );
}

/** Registration takes a while; asking again meanwhile changes nothing. */
function register(world: World, request: ArmRequest): ArmReply {
  const provider = find(world, request);
  const takesMs = world.chance.milliseconds(
    `register/${request.path}`,
    world.settings.timings.providerRegister,
  );
  const registering = { ...provider, registeredAt: provider.registeredAt ?? request.now + takesMs };
  world.state.providers.put(providerKey(provider.subscription, provider.namespace), registering);
  return reply(200, show(registering, request.now));
}

const PROVIDERS = '/subscriptions/{subscription}/providers';
const PROVIDER = `${PROVIDERS}/{namespace}`;

export const providerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PROVIDERS,
    operation: 'providers.list',
    action: 'Microsoft.Resources/subscriptions/providers/read',
    handle: list,
  },
  {
    method: 'GET',
    path: PROVIDER,
    operation: 'providers.get',
    action: 'Microsoft.Resources/subscriptions/providers/read',
    handle: (world, request) => reply(200, show(find(world, request), request.now)),
  },
  {
    method: 'POST',
    path: `${PROVIDER}/register`,
    operation: 'providers.register',
    action: '{namespace}/register/action',
    handle: register,
  },
];
