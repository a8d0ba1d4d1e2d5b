/** Network interfaces as users see them. Those of services can be looked at and nothing more. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { onceForToken } from '../core/client-tokens.ts';
import { AwsFault, invalidCombination } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { flag, list, paged, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { describe, find, peek, put } from '../core/shelf.ts';
import { specifiedTags, tagSet } from '../core/tags.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { defaultGroupOf } from './group-store.ts';
import { createInterface, privateDnsName, publicDnsName, publicIpOf, removeInterface } from './interfaces.ts';
import { INTERFACE, SECURITY_GROUP, SUBNET } from './kinds.ts';
import type { NetworkInterface, Subnet } from './model.ts';

export function interfaceView(world: World, each: NetworkInterface) {
  const publicIp = publicIpOf(world, each);
  const association = publicIp && {
    publicIp,
    publicDnsName: publicDnsName(each.region, publicIp),
    ipOwnerId: each.publicIp === publicIp ? 'amazon' : each.account,
  };
  return {
    networkInterfaceId: each.id,
    subnetId: each.subnetId,
    vpcId: each.vpcId,
    availabilityZone: each.zone,
    description: each.description,
    ownerId: each.account,
    requesterId: each.requesterId,
    requesterManaged: each.requesterId !== undefined,
    status: each.attachment ? 'in-use' : 'available',
    macAddress: macAddressOf(each),
    privateIpAddress: each.privateIp,
    privateDnsName: privateDnsName(each),
    sourceDestCheck: each.sourceDestCheck,
    interfaceType: each.type,
    groupSet: each.groupIds.map((groupId) => ({
      groupId,
      groupName: peek(world, SECURITY_GROUP, groupId)?.name,
    })),
    attachment: attachmentView(each),
    association,
    privateIpAddressesSet: [
      { privateIpAddress: each.privateIp, privateDnsName: privateDnsName(each), primary: true, association },
    ],
    tagSet: tagSet(each.tags),
  };
}

function attachmentView({ attachment, account }: NetworkInterface) {
  if (!attachment) return undefined;
  const { id, attachedAt, instanceId, deviceIndex, deleteOnTermination } = attachment;
  return {
    attachmentId: id,
    attachTime: iso(attachedAt),
    instanceId,
    instanceOwnerId: instanceId === undefined ? 'amazon-aws' : account,
    deviceIndex,
    networkCardIndex: 0,
    deleteOnTermination,
    status: 'attached',
  };
}

/** Locally administered, from the digits of the id. */
const macAddressOf = ({ id }: NetworkInterface): string =>
  ['02', ...(id.slice(-10).match(/../g) ?? [])].join(':');

/** The groups of a new interface: those named, which must be in the network; else the network's default group. */
function groupsFor(world: World, call: Call, subnet: Subnet, ids: readonly string[]): readonly string[] {
  const groups = ids.map((id) => find(world, call, SECURITY_GROUP, id));
  const foreign = groups.find(({ vpcId }) => vpcId !== subnet.vpcId);
  if (foreign)
    throw new AwsFault(
      'InvalidParameter',
      `Security group ${foreign.id} and subnet ${subnet.id} belong to different networks.`,
    );
  if (groups.length > quota(world, call, 'groupsPerInterface'))
    throw new AwsFault(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  if (groups.length > 0) return groups.map(({ id }) => id);
  const fallback = defaultGroupOf(world, call, subnet.vpcId);
  return fallback ? [fallback.id] : [];
}

/** Throws for interfaces that belong to a service. */
function findOwn(world: World, call: Call, id: string): NetworkInterface {
  const found = find(world, call, INTERFACE, id);
  if (found.requesterId !== undefined)
    throw new AwsFault('AuthFailure', 'You do not have permission to access the specified resource.');
  return found;
}

const Switch = z.strictObject({ Value: flag });
const Words = z.strictObject({ Value: text });

export const interfaceOperations: Operations = {
  DescribeNetworkInterfaces: operation({
    input: z.strictObject({ NetworkInterfaceId: list(text), ...paged }),
    handle(world, call) {
      const page = describe(world, call, INTERFACE, { ids: call.params.NetworkInterfaceId, ...call.params });
      return {
        networkInterfaceSet: page.items.map((each) => interfaceView(world, each)),
        nextToken: page.nextToken,
      };
    },
  }),
  CreateNetworkInterface: operation({
    input: z.strictObject({
      SubnetId: text,
      Description: text.default(''),
      PrivateIpAddress: text.optional(),
      SecurityGroupId: list(text),
      ClientToken: text.optional(),
      TagSpecification: tagSpecifications,
    }),
    handle(world, call) {
      const { SubnetId, Description, PrivateIpAddress, SecurityGroupId, ClientToken } = call.params;
      const tags = specifiedTags(call.params.TagSpecification, 'network-interface');
      const ids = onceForToken(world, call, ClientToken, () => {
        const subnet = find(world, call, SUBNET, SubnetId);
        const made = createInterface(world, {
          subnet,
          groupIds: groupsFor(world, call, subnet, SecurityGroupId),
          description: Description,
          at: call.nowMs,
          tags,
          ...(PrivateIpAddress === undefined ? {} : { privateIp: PrivateIpAddress }),
        });
        return [made.id];
      });
      const made = ids.map((id) => peek(world, INTERFACE, id))[0];
      return { networkInterface: made && interfaceView(world, made), clientToken: ClientToken };
    },
  }),
  DeleteNetworkInterface: operation({
    input: z.strictObject({ NetworkInterfaceId: text }),
    handle(world, call) {
      const found = findOwn(world, call, call.params.NetworkInterfaceId);
      if (found.attachment)
        throw new AwsFault(
          'InvalidNetworkInterface.InUse',
          `Interface ${found.id} in use with attachment ${found.attachment.id}`,
        );
      removeInterface(world, found.id, call.nowMs);
      return undefined;
    },
  }),
  ModifyNetworkInterfaceAttribute: operation({
    input: z.strictObject({
      NetworkInterfaceId: text,
      SecurityGroupId: list(text),
      SourceDestCheck: Switch.optional(),
      Description: Words.optional(),
    }),
    handle(world, call) {
      const { NetworkInterfaceId, SecurityGroupId, SourceDestCheck, Description } = call.params;
      const found = findOwn(world, call, NetworkInterfaceId);
      const given = [SecurityGroupId[0], SourceDestCheck, Description].filter((one) => one !== undefined);
      if (given.length !== 1) throw invalidCombination('Exactly one attribute must be modified per request.');
      const subnet = find(world, call, SUBNET, found.subnetId);
      put(world, INTERFACE, {
        ...found,
        groupIds:
          SecurityGroupId.length > 0 ? groupsFor(world, call, subnet, SecurityGroupId) : found.groupIds,
        sourceDestCheck: SourceDestCheck?.Value ?? found.sourceDestCheck,
        description: Description?.Value ?? found.description,
      });
      return undefined;
    },
  }),
};
