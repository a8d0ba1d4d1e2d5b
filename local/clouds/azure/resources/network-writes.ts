/** What all network resources share: one write at a time, weak entity tags, short operations. */
import { ArmError, badRequest, conflict } from '../errors.ts';
import { keyOf } from '../ids.ts';
import { beginOperation, lateFailure, operationHeaders, runningOn } from '../operations.ts';
import type { TimingName } from '../settings.ts';
import type { Operation, PlainResource } from '../state.ts';
import { type ArmReply, type ArmRequest, reply, type World } from '../world.ts';
import { showPlain } from './plain.ts';

export const NETWORK = 'Microsoft.Network';

/** Throws while another write to the resource, or to what it is part of, is under way. */
export function checkNetworkIdle(world: World, resources: readonly (PlainResource | undefined)[]): void {
  if (world.settings.concurrentNetworkWrites === 'serialised') return;
  const busy = resources.find((resource) => resource && runningOn(world.state, resource.operationId));
  if (busy)
    throw conflict(
      'AnotherOperationInProgress',
      `Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: ${busy.id}.`,
    );
}

function begin(
  world: World,
  request: ArmRequest,
  resource: PlainResource,
  kind: 'resource.put' | 'resource.delete',
): Operation {
  const fails = lateFailure(world, request, resource.location);
  const timing = timingOf(resource.type);
  return beginOperation(world, request.now, {
    kind,
    targetKey: resource.key,
    namespace: resource.type.split('/')[0] ?? NETWORK,
    subscription: resource.subscription,
    location: resource.location,
    durationMs: world.chance.milliseconds(`${resource.key}${request.now}`, world.settings.timings[timing]),
    ...(fails ? { fails } : {}),
  });
}

function timingOf(type: string): TimingName {
  if (type === 'Microsoft.Network/natGateways') return 'natGateway';
  return type === 'Microsoft.Network/loadBalancers' ? 'loadBalancer' : 'network';
}

/** Stores the resource as being written and answers 201 or 200. */
export function acceptPut(
  world: World,
  request: ArmRequest,
  resource: PlainResource,
  isNew: boolean,
  show: (resource: PlainResource) => unknown = showPlain,
): ArmReply {
  const operation = begin(world, request, resource, 'resource.put');
  const stored = { ...resource, state: 'Updating', operationId: operation.id };
  world.state.resources.put(stored.key, stored);
  return reply(isNew ? 201 : 200, show(stored), operationHeaders(request, operation, 'async'));
}

export function acceptDelete(world: World, request: ArmRequest, resource: PlainResource): ArmReply {
  const running = runningOn(world.state, resource.operationId);
  if (running?.kind === 'resource.delete')
    return reply(202, undefined, operationHeaders(request, running, 'both'));
  const operation = begin(world, request, resource, 'resource.delete');
  world.state.resources.put(resource.key, { ...resource, state: 'Deleting', operationId: operation.id });
  return reply(202, undefined, operationHeaders(request, operation, 'both'));
}

/** Throws when a member of the body refers to something that does not exist, or that is not ready yet. */
export function checkReference(world: World, owner: string, reference: unknown): void {
  if (typeof reference !== 'object' || reference === null || !('id' in reference)) return;
  const { id } = reference;
  if (typeof id !== 'string') return;
  const referenced = world.state.resources.get(keyOf(id));
  if (!referenced)
    throw badRequest(
      'InvalidResourceReference',
      `Resource ${id} referenced by resource ${owner} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    );
  if (referenced.state === 'Updating' || referenced.state === 'Deleting')
    throw notProvisioned(referenced, owner);
}

const notProvisioned = (referenced: PlainResource, owner: string) =>
  new ArmError(429, 'RetryableError', 'A retryable error occurred.', {
    headers: { 'retry-after': '10' },
    details: [
      {
        code: 'ReferencedResourceNotProvisioned',
        message: `Cannot proceed with operation because resource ${referenced.id} used by resource ${owner} is not in Succeeded state. Resource is in ${referenced.state} state and the last operation that updated/is updating the resource is PutOperation.`,
      },
    ],
  });
