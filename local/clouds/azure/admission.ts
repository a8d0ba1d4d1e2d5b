/**
 * Whether a request may go on to its resource provider: the subscription is there and enabled, the caller may do it, the
 * resource group exists, the provider is registered. In this order, as Resource Manager checks.
 */
import { isAllowed } from './authorization.ts';
import { ArmError, conflict, resourceGroupNotFound } from './errors.ts';
import { groupId, keyOf } from './ids.ts';
import type { RouteMatch } from './router.ts';
import type { ArmRequest, World } from './world.ts';

/** Throws the refusal of the first thing that stands in the request's way. */
export function admit(world: World, request: ArmRequest, { route, params }: RouteMatch): void {
  const { subscription, group } = params;
  if (subscription !== undefined) checkSubscription(world, subscription, request.method);
  const action = route.action?.replace('{namespace}', params.namespace ?? '');
  if (action !== undefined) checkPermission(world, request, action);
  if (subscription === undefined) return;
  if (group !== undefined && !route.groupOptional) checkGroup(world, subscription, group, request.method);
  if (isWrite(request.method) && action) checkRegistration(world, subscription, action);
}

export const isWrite = (method: string) => method === 'PUT' || method === 'PATCH' || method === 'POST';

function checkSubscription(world: World, id: string, method: string): void {
  const found = world.state.subscriptions.get(keyOf(id));
  if (!found) throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`);
  if (found.state === 'Disabled' && method !== 'GET' && method !== 'HEAD')
    throw conflict(
      'ReadOnlyDisabledSubscription',
      `The subscription '${id}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`,
    );
}

function checkPermission(world: World, { caller, path, now }: ArmRequest, action: string): void {
  if (isAllowed(world.state, caller.objectId, action, path, now)) return;
  throw new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${path}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function checkGroup(world: World, subscription: string, name: string, method: string): void {
  const group = world.state.groups.get(keyOf(groupId(subscription, name)));
  if (!group) throw resourceGroupNotFound(name);
  if (group.state === 'Deleting' && isWrite(method))
    throw conflict(
      'ResourceGroupBeingDeleted',
      `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
    );
}

function checkRegistration(world: World, subscription: string, action: string): void {
  const namespace = action.split('/')[0] ?? '';
  const provider = world.state.providers.get(keyOf(`${subscription}/${namespace}`));
  if (!provider || action.endsWith('/register/action')) return;
  if (provider.registeredAt !== undefined && provider.registeredAt <= world.clock.now()) return;
  throw conflict(
    'MissingSubscriptionRegistration',
    `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
    { details: [{ code: 'MissingSubscriptionRegistration', target: namespace, message: namespace }] },
  );
}
