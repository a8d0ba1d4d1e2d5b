/** Resource groups. Deleting one deletes what is in it, clusters with their node resource groups included. */
import { z } from 'zod';
import { badRequest, conflict, resourceGroupNotFound } from '../errors.ts';
import { groupId, keyOf } from '../ids.ts';
import { filterBy, pageOf } from '../listing.ts';
import { beginOperation, lateFailure, operationHeaders } from '../operations.ts';
import type { ResourceGroup } from '../state.ts';
import { checkTags } from '../tags.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { checkLocation, locationRequired, withoutNulls } from './request-body.ts';

const TYPE = 'Microsoft.Resources/resourceGroups';

const show = ({ id, name, location, tags, state, managedBy }: ResourceGroup) => ({
  id,
  name,
  type: TYPE,
  location,
  tags,
  ...(managedBy ? { managedBy } : {}),
  properties: { provisioningState: state },
});

const lookUp = (world: World, request: ArmRequest): ResourceGroup | undefined =>
  world.state.groups.get(keyOf(groupId(request.param('subscription'), request.param('group'))));

function getGroup(world: World, request: ArmRequest): ArmReply {
  const group = lookUp(world, request);
  if (!group) throw resourceGroupNotFound(request.param('group'));
  return reply(200, show(group));
}

/** HEAD: 204 or 404, never a body. */
const headGroup = (world: World, request: ArmRequest): ArmReply => reply(lookUp(world, request) ? 204 : 404);

function listGroups(world: World, request: ArmRequest): ArmReply {
  const subscription = request.param('subscription');
  const mine = world.state.groups
    .values()
    .filter((group) => group.subscription === subscription)
    .map((group) => ({ ...group, type: TYPE }));
  return pageOf(request, filterBy(mine, request.query.get('$filter')).map(show), world.settings.pageSize);
}

const groupBody = z.object({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

function putGroup(world: World, request: ArmRequest): ArmReply {
  const body = groupBody.safeParse(withoutNulls(request.body()));
  if (!body.success) throw badRequest('InvalidRequestContent', 'The request content was invalid.');
  const name = request.param('group');
  if (!/^[-\w.()]{0,89}[-\w()]$/.test(name))
    throw badRequest(
      'InvalidResourceGroup',
      `The provided resource group name '${name}' has invalid characters.`,
    );
  const existing = lookUp(world, request);
  if (body.data.location === undefined) throw locationRequired();
  const location = checkLocation(body.data.location, TYPE, undefined);
  checkTags(body.data.tags);
  if (existing?.state === 'Deleting')
    throw conflict(
      'ResourceGroupBeingDeleted',
      `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
    );
  if (existing && existing.location !== location)
    throw conflict(
      'InvalidResourceGroupLocation',
      `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.location}'.`,
    );
  const id = groupId(request.param('subscription'), name);
  const group: ResourceGroup = {
    key: keyOf(id),
    id,
    name,
    subscription: request.param('subscription'),
    location,
    state: 'Succeeded',
    seeded: false,
    createdAt: request.now,
    ...existing,
    tags: body.data.tags ?? {},
  };
  world.state.groups.put(group.key, group);
  return reply(existing ? 200 : 201, show(group));
}

function deleteGroup(world: World, request: ArmRequest): ArmReply {
  const group = lookUp(world, request);
  if (!group) throw resourceGroupNotFound(request.param('group'));
  const fails = lateFailure(world, request, group.location);
  const operation = beginOperation(world, request.now, {
    kind: 'group.delete',
    targetKey: group.key,
    namespace: 'Microsoft.Resources',
    subscription: group.subscription,
    location: group.location,
    durationMs: world.chance.milliseconds(`${group.key}${request.now}`, world.settings.timings.groupDelete),
    ...(fails ? { fails } : {}),
  });
  world.state.groups.put(group.key, { ...group, state: 'Deleting' });
  const { 'azure-asyncoperation': _status, ...headers } = operationHeaders(request, operation, 'both');
  return reply(202, undefined, headers);
}

const GROUPS = '/subscriptions/{subscription}/resourceGroups';
const GROUP = `${GROUPS}/{group}`;
const ACTION = 'Microsoft.Resources/subscriptions/resourceGroups';

export const resourceGroupRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: GROUPS,
    operation: 'resourceGroups.list',
    action: `${ACTION}/read`,
    handle: listGroups,
  },
  {
    method: 'GET',
    path: GROUP,
    operation: 'resourceGroups.get',
    action: `${ACTION}/read`,
    groupOptional: true,
    handle: getGroup,
  },
  {
    method: 'HEAD',
    path: GROUP,
    operation: 'resourceGroups.checkExistence',
    action: `${ACTION}/read`,
    groupOptional: true,
    handle: headGroup,
  },
  {
    method: 'PUT',
    path: GROUP,
    operation: 'resourceGroups.createOrUpdate',
    action: `${ACTION}/write`,
    groupOptional: true,
    handle: putGroup,
  },
  {
    method: 'DELETE',
    path: GROUP,
    operation: 'resourceGroups.delete',
    action: `${ACTION}/delete`,
    groupOptional: true,
    handle: deleteGroup,
  },
];
