/** Subnets: children of a virtual network, with ranges of their own, and people who live in them. */
import { z } from 'zod';
import { contains, overlaps, parseCidr } from '../cidr.ts';
import { badRequest, parentNotFound, resourceNotFound } from '../errors.ts';
import { groupId, keyOf, resourceId } from '../ids.ts';
import { pageOf } from '../listing.ts';
import type { PlainResource, Properties, ResourceGroup } from '../state.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { acceptDelete, acceptPut, checkNetworkIdle, checkReference } from './network-writes.ts';
import { newEtag, plainResource, showPlain } from './plain.ts';
import { checkPreconditions, readBody } from './request-body.ts';
import { apiServersIn, machinesIn, subnetPrefix } from './subnet-rules.ts';

export const NETWORK_TYPE = 'Microsoft.Network/virtualNetworks';
export const SUBNET_TYPE = 'Microsoft.Network/virtualNetworks/subnets';

const subnetBody = z.looseObject({
  name: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

/** Given by the service only: what a client echoes of it is dropped. */
const READ_ONLY = [
  'provisioningState',
  'ipConfigurations',
  'ipConfigurationProfiles',
  'serviceAssociationLinks',
  'resourceNavigationLinks',
  'privateEndpoints',
  'purpose',
];

export function writableSubnet(properties: Properties): Properties {
  const kept = Object.entries(properties).filter(([name]) => !READ_ONLY.includes(name));
  return {
    privateEndpointNetworkPolicies: 'Disabled',
    privateLinkServiceNetworkPolicies: 'Enabled',
    ...Object.fromEntries(kept),
  };
}

/** Throws unless the range is valid, inside the network and apart from its siblings. */
export function checkSubnetRange(
  name: string,
  properties: Properties,
  spaces: readonly string[],
  siblings: readonly { readonly name: string; readonly properties: Properties }[],
): void {
  const text = subnetPrefix({ properties });
  const range = parseCidr(text);
  if (!range || range.bits > 29)
    throw badRequest('InvalidCIDRNotation', `The address prefix '${text}' of subnet '${name}' is not valid.`);
  const inside = spaces.some((space) => {
    const whole = parseCidr(space);
    return whole !== undefined && contains(whole, range);
  });
  if (!inside)
    throw badRequest(
      'NetcfgInvalidSubnet',
      `Subnet '${name}' is not valid because its IP address range is outside the IP address range of virtual network.`,
    );
  const other = siblings.find((sibling) => {
    const taken = parseCidr(subnetPrefix(sibling));
    return sibling.name.toLowerCase() !== name.toLowerCase() && taken !== undefined && overlaps(taken, range);
  });
  if (other)
    throw badRequest(
      'NetcfgSubnetRangesOverlap',
      `Subnet '${name}' is not valid because its IP address range overlaps with that of an existing subnet '${other.name}'.`,
    );
}

/** As a GET shows it, with the addresses that machines hold in it. */
export function showSubnet(world: World, subnet: PlainResource): Properties {
  const { etag: _etag, ...shown } = showPlain(subnet);
  const configurations = machinesIn(world.state, subnet.key).map((machine) => ({
    id: `${machine.poolKey}/virtualMachines/${machine.index}/networkInterfaces/${machine.name}/ipConfigurations/ipconfig1`,
  }));
  const links = apiServersIn(world.state, subnet.key).map((cluster) => ({
    name: 'AKSServiceLink',
    properties: { linkedResourceType: 'Microsoft.ContainerService/managedClusters', link: cluster.id },
  }));
  return {
    ...shown,
    etag: `W/"${subnet.etag}"`,
    properties: {
      ...subnet.properties,
      ...(configurations.length > 0 ? { ipConfigurations: configurations } : {}),
      ...(links.length > 0 ? { serviceAssociationLinks: links } : {}),
      provisioningState: subnet.state,
    },
  };
}

/** Throws while something lives in the subnet. */
export function checkSubnetUnused(world: World, subnet: PlainResource): void {
  const [user] = [...machinesIn(world.state, subnet.key), ...apiServersIn(world.state, subnet.key)];
  if (user)
    throw badRequest(
      'InUseSubnetCannotBeDeleted',
      `Subnet ${subnet.name} is in use by ${user.name} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
    );
}

function networkOf(world: World, request: ArmRequest): PlainResource | undefined {
  const names = [request.param('network')];
  const id = resourceId(request.param('subscription'), request.param('group'), NETWORK_TYPE, names);
  return world.state.resources.get(keyOf(id));
}

function subnetOf(world: World, request: ArmRequest): PlainResource | undefined {
  const names = [request.param('network'), request.param('subnet')];
  const id = resourceId(request.param('subscription'), request.param('group'), SUBNET_TYPE, names);
  return world.state.resources.get(keyOf(id));
}

export function groupOf(world: World, request: ArmRequest): ResourceGroup {
  const key = keyOf(groupId(request.param('subscription'), request.param('group')));
  const group = world.state.groups.get(key);
  if (!group) throw new Error(`The front let a request into the missing group ${key}`);
  return group;
}

function getSubnet(world: World, request: ArmRequest): ArmReply {
  const subnet = subnetOf(world, request);
  if (subnet) return reply(200, showSubnet(world, subnet));
  const path = `${request.param('network')}/subnets/${request.param('subnet')}`;
  throw resourceNotFound(NETWORK_TYPE, path, request.param('group'));
}

function listSubnets(world: World, request: ArmRequest): ArmReply {
  const network = networkOf(world, request);
  if (!network) throw resourceNotFound(NETWORK_TYPE, request.param('network'), request.param('group'));
  const subnets = world.state.resources.inGroup(network.key);
  return pageOf(
    request,
    subnets.map((subnet) => showSubnet(world, subnet)),
    world.settings.pageSize,
  );
}

const addressSpace = z.looseObject({ addressSpace: z.looseObject({ addressPrefixes: z.array(z.string()) }) });

export const spacesOf = (properties: Properties): readonly string[] =>
  addressSpace.safeParse(properties).data?.addressSpace.addressPrefixes ?? [];

function putSubnet(world: World, request: ArmRequest): ArmReply {
  const network = networkOf(world, request);
  if (!network) throw parentNotFound('virtualNetworks/subnets', request.path.split('/subnets/')[0] ?? '');
  const body = readBody(request, SUBNET_TYPE, subnetBody);
  const existing = subnetOf(world, request);
  checkPreconditions(request, existing);
  const name = request.param('subnet');
  const properties = writableSubnet(body.properties ?? {});
  checkNetworkIdle(world, [network, existing]);
  checkSubnetRange(
    name,
    properties,
    spacesOf(network.properties),
    world.state.resources.inGroup(network.key),
  );
  checkSubnetReferences(world, name, properties);
  if (existing && subnetPrefix(existing) !== subnetPrefix({ properties })) checkSubnetUnused(world, existing);
  const subnet = existing
    ? { ...existing, properties, etag: newEtag(world), changedAt: request.now }
    : plainResource(world, request.now, {
        group: groupOf(world, request),
        type: SUBNET_TYPE,
        names: [network.name, name],
        location: network.location,
        properties,
        state: 'Updating',
      });
  return acceptPut(world, request, subnet, !existing, (stored) => showSubnet(world, stored));
}

export function checkSubnetReferences(world: World, name: string, properties: Properties): void {
  for (const member of ['networkSecurityGroup', 'routeTable', 'natGateway'])
    checkReference(world, name, properties[member]);
}

function deleteSubnet(world: World, request: ArmRequest): ArmReply {
  const subnet = subnetOf(world, request);
  if (!subnet) return reply(204);
  checkSubnetUnused(world, subnet);
  if (subnet.state !== 'Deleting') checkNetworkIdle(world, [networkOf(world, request), subnet]);
  return acceptDelete(world, request, subnet);
}

const SUBNETS =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{network}/subnets';
const SUBNET = `${SUBNETS}/{subnet}`;

export const subnetRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: SUBNETS,
    operation: 'subnets.list',
    action: `${SUBNET_TYPE}/read`,
    handle: listSubnets,
  },
  { method: 'GET', path: SUBNET, operation: 'subnets.get', action: `${SUBNET_TYPE}/read`, handle: getSubnet },
  {
    method: 'PUT',
    path: SUBNET,
    operation: 'subnets.createOrUpdate',
    action: `${SUBNET_TYPE}/write`,
    handle: putSubnet,
  },
  {
    method: 'DELETE',
    path: SUBNET,
    operation: 'subnets.delete',
    action: `${SUBNET_TYPE}/delete`,
    handle: deleteSubnet,
  },
];
