/** Virtual networks. Their subnets are resources of their own, written through either address. */
import { z } from 'zod';
import { parseCidr } from '../cidr.ts';
import { badRequest, resourceNotFound } from '../errors.ts';
import { groupId, keyOf, resourceId } from '../ids.ts';
import { pageOf } from '../listing.ts';
import { checkNetworkQuota } from '../quota.ts';
import type { PlainResource, Properties } from '../state.ts';
import { checkTags } from '../tags.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { inlineSubnet, writeSubnets } from './inline-subnets.ts';
import { acceptDelete, acceptPut, checkNetworkIdle } from './network-writes.ts';
import { newEtag, plainResource, showPlain } from './plain.ts';
import { checkLocation, checkPreconditions, locationRequired, readBody } from './request-body.ts';
import { freeAddresses, usedAddresses } from './subnet-rules.ts';
import { checkSubnetUnused, groupOf, NETWORK_TYPE, showSubnet, spacesOf } from './subnets.ts';

const networkBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.looseObject({ subnets: z.array(inlineSubnet).optional() }).optional(),
});
type NetworkBody = z.infer<typeof networkBody>;

function networkOf(world: World, request: ArmRequest): PlainResource | undefined {
  const names = [request.param('network')];
  const id = resourceId(request.param('subscription'), request.param('group'), NETWORK_TYPE, names);
  return world.state.resources.get(keyOf(id));
}

function found(world: World, request: ArmRequest): PlainResource {
  const network = networkOf(world, request);
  if (!network) throw resourceNotFound(NETWORK_TYPE, request.param('network'), request.param('group'));
  return network;
}

export function showNetwork(world: World, network: PlainResource): Properties {
  const subnets = world.state.resources.inGroup(network.key).map((subnet) => showSubnet(world, subnet));
  return {
    ...showPlain(network),
    properties: {
      resourceGuid: world.chance.uuid(`guid/${network.key}/${network.createdAt}`),
      ...network.properties,
      subnets,
      virtualNetworkPeerings: [],
      provisioningState: network.state,
    },
  };
}

function listIn(world: World, request: ArmRequest, group: string | undefined): ArmReply {
  const networks = (
    group === undefined ? world.state.resources.values() : world.state.resources.inGroup(group)
  )
    .filter(({ type }) => type === NETWORK_TYPE)
    .filter(({ subscription }) => subscription === request.param('subscription'));
  return pageOf(
    request,
    networks.map((network) => showNetwork(world, network)),
    world.settings.pageSize,
  );
}

function putNetwork(world: World, request: ArmRequest): ArmReply {
  const body = readBody(request, NETWORK_TYPE, networkBody);
  const existing = networkOf(world, request);
  checkPreconditions(request, existing);
  if (body.location === undefined) throw locationRequired();
  const location = checkLocation(body.location, NETWORK_TYPE, existing);
  checkTags(body.tags);
  checkNetworkIdle(world, [existing, ...(existing ? world.state.resources.inGroup(existing.key) : [])]);
  if (!existing) checkNetworkQuota(world, NETWORK_TYPE, location);
  const network = networkRecord(world, request, { body, location, existing });
  checkSpaces(network);
  writeSubnets(world, request, network, body.properties?.subnets);
  return acceptPut(world, request, network, !existing, (stored) => showNetwork(world, stored));
}

interface NetworkInput {
  readonly body: NetworkBody;
  readonly location: string;
  readonly existing: PlainResource | undefined;
}

function networkRecord(
  world: World,
  request: ArmRequest,
  { body, location, existing }: NetworkInput,
): PlainResource {
  const {
    subnets: _subnets,
    provisioningState: _state,
    resourceGuid: _guid,
    ...properties
  } = body.properties ?? {};
  const tags = body.tags ?? {};
  if (existing) return { ...existing, properties, tags, etag: newEtag(world), changedAt: request.now };
  return plainResource(world, request.now, {
    group: groupOf(world, request),
    type: NETWORK_TYPE,
    names: [request.param('network')],
    location,
    tags,
    properties,
    state: 'Updating',
  });
}

function checkSpaces(network: PlainResource): void {
  const spaces = spacesOf(network.properties);
  if (spaces.length === 0)
    throw badRequest(
      'NetcfgInvalidVirtualNetworkSite',
      `Virtual network '${network.name}' has no address space.`,
    );
  const wrong = spaces.find((space) => !parseCidr(space));
  if (wrong !== undefined)
    throw badRequest(
      'InvalidAddressPrefixFormat',
      `Address prefix ${wrong} of resource ${network.id} is not formatted correctly. It should follow CIDR notation.`,
    );
}

function deleteNetwork(world: World, request: ArmRequest): ArmReply {
  const network = networkOf(world, request);
  if (!network) return reply(204);
  const subnets = world.state.resources.inGroup(network.key);
  for (const subnet of subnets) checkSubnetUnused(world, subnet);
  if (network.state !== 'Deleting') checkNetworkIdle(world, [network, ...subnets]);
  return acceptDelete(world, request, network);
}

/** GET .../virtualNetworks/{network}/usages: addresses by subnet. */
function usages(world: World, request: ArmRequest): ArmReply {
  const network = found(world, request);
  const value = world.state.resources.inGroup(network.key).map((subnet) => {
    const used = usedAddresses(world.state, subnet.key);
    return {
      id: subnet.id,
      name: { value: 'SubnetSpace', localizedValue: 'Subnet size and usage' },
      currentValue: used,
      limit: used + freeAddresses(world.state, subnet),
      unit: 'Count',
    };
  });
  return pageOf(request, value, world.settings.pageSize);
}

const ALL = '/subscriptions/{subscription}/providers/Microsoft.Network/virtualNetworks';
const IN_GROUP =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks';
const ONE = `${IN_GROUP}/{network}`;
const READ = `${NETWORK_TYPE}/read`;

export const virtualNetworkRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: ALL,
    operation: 'virtualNetworks.listAll',
    action: READ,
    handle: (world, request) => listIn(world, request, undefined),
  },
  {
    method: 'GET',
    path: IN_GROUP,
    operation: 'virtualNetworks.list',
    action: READ,
    handle: (world, request) =>
      listIn(world, request, keyOf(groupId(request.param('subscription'), request.param('group')))),
  },
  {
    method: 'GET',
    path: ONE,
    operation: 'virtualNetworks.get',
    action: READ,
    handle: (world, request) => reply(200, showNetwork(world, found(world, request))),
  },
  {
    method: 'PUT',
    path: ONE,
    operation: 'virtualNetworks.createOrUpdate',
    action: `${NETWORK_TYPE}/write`,
    handle: putNetwork,
  },
  {
    method: 'DELETE',
    path: ONE,
    operation: 'virtualNetworks.delete',
    action: `${NETWORK_TYPE}/delete`,
    handle: deleteNetwork,
  },
  {
    method: 'GET',
    path: `${ONE}/usages`,
    operation: 'virtualNetworks.listUsage',
    action: `${NETWORK_TYPE}/usages/read`,
    handle: usages,
  },
];
