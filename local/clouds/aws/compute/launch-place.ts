/** Where an instance shall be: its subnet, groups and addresses, from either way of saying so. */
import { type InstanceType, isOffered } from '../catalogue/instance-types.ts';
import { findRegion } from '../catalogue/regions.ts';
import type { Call } from '../core/call.ts';
import { AwsFault, invalidCombination, invalidValue } from '../core/fault.ts';
import { quota } from '../core/quotas.ts';
import { find } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { defaultGroupOf } from '../network/group-store.ts';
import { SECURITY_GROUP, SUBNET } from '../network/kinds.ts';
import type { Subnet } from '../network/model.ts';
import type { LaunchInput } from './launch-input.ts';

export interface LaunchPlace {
  readonly subnet: Subnet;
  readonly groupIds: readonly string[];
  readonly hasPublicIp: boolean;
  readonly description: string;
  readonly deletesInterface: boolean;
  readonly privateIp?: string;
}

interface Wishes {
  readonly subnetId?: string | undefined;
  readonly groupIds: readonly string[];
  readonly publicIp?: boolean | undefined;
  readonly privateIp?: string | undefined;
  readonly description?: string | undefined;
  readonly deletesInterface?: boolean | undefined;
}

/** Throws what EC2 throws for places that do not exist or do not fit together. */
export function placeOf(world: World, call: Call<LaunchInput>, type: InstanceType): LaunchPlace {
  const wishes = wishesOf(call.params);
  if (wishes.subnetId === undefined)
    throw new AwsFault(
      'VPCIdNotSpecified',
      'No default VPC for this user. GroupName is only supported there.',
    );
  const subnet = find(world, call, SUBNET, wishes.subnetId);
  checkZone(call, type, subnet);
  const { privateIp } = wishes;
  return {
    subnet,
    groupIds: groupsOf(world, call, subnet, wishes.groupIds),
    hasPublicIp: wishes.publicIp ?? subnet.mapsPublicIps,
    description: wishes.description ?? '',
    deletesInterface: wishes.deletesInterface ?? true,
    ...(privateIp === undefined ? {} : { privateIp }),
  };
}

function wishesOf(params: LaunchInput): Wishes {
  const [first, ...others] = params.NetworkInterface;
  if (!first)
    return {
      subnetId: params.SubnetId,
      groupIds: params.SecurityGroupId,
      privateIp: params.PrivateIpAddress,
    };
  if (others.length > 0 || first.DeviceIndex !== 0)
    throw invalidValue(
      String(others.length + 1),
      'networkInterfaces',
      'One interface of index 0 is supported.',
    );
  if (params.SubnetId !== undefined || params.SecurityGroupId.length > 0)
    throw invalidCombination(
      'Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request',
    );
  return {
    subnetId: first.SubnetId,
    groupIds: first.SecurityGroupId,
    publicIp: first.AssociatePublicIpAddress,
    privateIp: first.PrivateIpAddress,
    description: first.Description,
    deletesInterface: first.DeleteOnTermination,
  };
}

function checkZone({ params, region }: Call<LaunchInput>, type: InstanceType, { zone }: Subnet): void {
  const wanted = params.Placement?.AvailabilityZone;
  if (wanted !== undefined && wanted !== zone)
    throw invalidValue(wanted, 'availabilityZone', `The subnet is in ${zone}.`);
  if (isOffered(type, zone)) return;
  const others = findRegion(region)?.zones.filter(({ name }) => isOffered(type, name)) ?? [];
  throw new AwsFault(
    'Unsupported',
    `Your requested instance type (${type.name}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing ${others.map(({ name }) => name).join(', ')}.`,
  );
}

function groupsOf(world: World, call: Call, subnet: Subnet, ids: readonly string[]): readonly string[] {
  if (ids.length === 0) {
    const standard = defaultGroupOf(world, call, subnet.vpcId);
    return standard ? [standard.id] : [];
  }
  if (ids.length > quota(world, call, 'groupsPerInterface'))
    throw new AwsFault(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  for (const id of ids) {
    const { vpcId } = find(world, call, SECURITY_GROUP, id);
    if (vpcId !== subnet.vpcId)
      throw new AwsFault(
        'InvalidParameter',
        `Security group ${id} and subnet ${subnet.id} belong to different networks.`,
      );
  }
  return ids;
}
