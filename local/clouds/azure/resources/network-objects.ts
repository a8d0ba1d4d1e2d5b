/**
 * The other network resources that clusters stand on: security groups, route tables, NAT gateways, public addresses,
 * load balancers. All alike: a PUT whose references must exist, a DELETE that is refused while something refers to them.
 */
import { z } from 'zod';
import { badRequest, resourceNotFound } from '../errors.ts';
import { groupId, keyOf, resourceId } from '../ids.ts';
import { pageOf } from '../listing.ts';
import { checkNetworkQuota } from '../quota.ts';
import type { PlainResource, State } from '../state.ts';
import { checkTags } from '../tags.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { acceptDelete, acceptPut, checkNetworkIdle, checkReference } from './network-writes.ts';
import { newEtag, plainResource, showPlain } from './plain.ts';
import { checkLocation, checkPreconditions, locationRequired, readBody } from './request-body.ts';
import { groupOf } from './subnets.ts';

interface Kind {
  /** As in the address: `networkSecurityGroups`. */
  readonly collection: string;
  /** Code of the refusal to delete one that is in use. */
  readonly inUse: string;
}

const KINDS: readonly Kind[] = [
  { collection: 'networkSecurityGroups', inUse: 'InUseNetworkSecurityGroupCannotBeDeleted' },
  { collection: 'routeTables', inUse: 'InUseRouteTableCannotBeDeleted' },
  { collection: 'natGateways', inUse: 'InUseNatGatewayCannotBeDeleted' },
  { collection: 'publicIPAddresses', inUse: 'PublicIPAddressCannotBeDeleted' },
  { collection: 'loadBalancers', inUse: 'LoadBalancerInUseByVirtualMachineScaleSet' },
];

const body = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

const typeOf = ({ collection }: Kind): string => `Microsoft.Network/${collection}`;

function lookUp(world: World, request: ArmRequest, kind: Kind): PlainResource | undefined {
  const names = [request.param('name')];
  const id = resourceId(request.param('subscription'), request.param('group'), typeOf(kind), names);
  return world.state.resources.get(keyOf(id));
}

function getOne(world: World, request: ArmRequest, kind: Kind): ArmReply {
  const resource = lookUp(world, request, kind);
  if (!resource) throw resourceNotFound(typeOf(kind), request.param('name'), request.param('group'));
  return reply(200, showPlain(resource));
}

function list(world: World, request: ArmRequest, kind: Kind, group: string | undefined): ArmReply {
  const resources =
    group === undefined ? world.state.resources.values() : world.state.resources.inGroup(group);
  const mine = resources.filter(
    ({ type, subscription }) => type === typeOf(kind) && subscription === request.param('subscription'),
  );
  return pageOf(request, mine.map(showPlain), world.settings.pageSize);
}

function put(world: World, request: ArmRequest, kind: Kind): ArmReply {
  const type = typeOf(kind);
  const { location: asked, tags = {}, properties = {}, ...top } = readBody(request, type, body);
  const existing = lookUp(world, request, kind);
  checkPreconditions(request, existing);
  if (asked === undefined) throw locationRequired();
  const location = checkLocation(asked, type, existing);
  checkTags(tags);
  checkNetworkIdle(world, [existing]);
  if (!existing) checkNetworkQuota(world, type, location);
  for (const reference of referencesIn(properties))
    checkReference(world, request.param('name'), { id: reference });
  const { id: _id, name: _name, type: _type, etag: _etag, ...kept } = top;
  const resource = existing
    ? { ...existing, properties, tags, top: kept, etag: newEtag(world), changedAt: request.now }
    : plainResource(world, request.now, {
        group: groupOf(world, request),
        type,
        names: [request.param('name')],
        location,
        tags,
        properties,
        top: kept,
        state: 'Updating',
      });
  return acceptPut(world, request, resource, !existing);
}

/** Ids of whole resources anywhere in the properties; parts of a resource, such as frontends, are its own business. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'id' && typeof member === 'string' && isWholeResource(member) ? [member] : referencesIn(member),
  );
}

const isWholeResource = (id: string): boolean => {
  const path = id.split(/\/providers\//i)[1] ?? '';
  return path.split('/').length === 3 || /\/subnets\/[^/]+$/i.test(path);
};

function remove(world: World, request: ArmRequest, kind: Kind): ArmReply {
  const resource = lookUp(world, request, kind);
  if (!resource) return reply(204);
  const user = userOf(world.state, resource);
  if (user)
    throw badRequest(
      kind.inUse,
      `${resource.name} cannot be deleted because it is in use by the following resource: ${user.id}.`,
    );
  if (resource.state !== 'Deleting') checkNetworkIdle(world, [resource]);
  return acceptDelete(world, request, resource);
}

const userOf = (state: State, resource: PlainResource): PlainResource | undefined =>
  state.resources
    .values()
    .find((other) => referencesIn(other.properties).some((id) => keyOf(id) === resource.key));

function routesOf(kind: Kind): readonly Route[] {
  const type = typeOf(kind);
  const { collection } = kind;
  const inGroup = `/subscriptions/{subscription}/resourceGroups/{group}/providers/${type}`;
  const one = `${inGroup}/{name}`;
  const groupKey = (request: ArmRequest) =>
    keyOf(groupId(request.param('subscription'), request.param('group')));
  return [
    {
      method: 'GET',
      path: `/subscriptions/{subscription}/providers/${type}`,
      operation: `${collection}.listAll`,
      action: `${type}/read`,
      handle: (world, request) => list(world, request, kind, undefined),
    },
    {
      method: 'GET',
      path: inGroup,
      operation: `${collection}.list`,
      action: `${type}/read`,
      handle: (world, request) => list(world, request, kind, groupKey(request)),
    },
    {
      method: 'GET',
      path: one,
      operation: `${collection}.get`,
      action: `${type}/read`,
      handle: (world, request) => getOne(world, request, kind),
    },
    {
      method: 'PUT',
      path: one,
      operation: `${collection}.createOrUpdate`,
      action: `${type}/write`,
      handle: (world, request) => put(world, request, kind),
    },
    {
      method: 'DELETE',
      path: one,
      operation: `${collection}.delete`,
      action: `${type}/delete`,
      handle: (world, request) => remove(world, request, kind),
    },
  ];
}

export const networkObjectRoutes: readonly Route[] = KINDS.flatMap(routesOf);
