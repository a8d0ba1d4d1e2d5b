/** Subnets: inside their VPC, beside each other, in one zone. */
import { z } from 'zod';
import { addressCount, overlaps, parseCidr } from '../../../../lib/domain/cidr.ts';
import { findRegion, type Zone } from '../catalogue/regions.ts';
import type { Call } from '../core/call.ts';
import { AwsFault, dependencyViolation, invalidCombination, invalidValue } from '../core/fault.ts';
import { newId } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { flag, list, paged, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, describe, find, put, retire } from '../core/shelf.ts';
import { specifiedTags, tagSet } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { INTERFACE, NAT_GATEWAY, ROUTE_TABLE, SUBNET, VPC } from './kinds.ts';
import type { Subnet, Vpc } from './model.ts';
import { natState } from './nat-state.ts';
import { networkRange } from './vpcs.ts';

/** The first four addresses of a subnet and the last: docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
export const RESERVED_FIRST = 4;
const RESERVED = RESERVED_FIRST + 1;

export const freeAddresses = (world: World, subnet: Subnet): number =>
  addressCount(subnet.cidr) - RESERVED - allOf(world, INTERFACE, subnet).filter(isIn(subnet)).length;

const isIn =
  (subnet: Subnet) =>
  ({ subnetId }: { readonly subnetId?: string }): boolean =>
    subnetId === subnet.id;

function view(world: World, subnet: Subnet, now: number) {
  const { id, vpcId, cidr, zone, zoneId, availableAt, mapsPublicIps, account, region, tags } = subnet;
  return {
    subnetId: id,
    subnetArn: `arn:aws:ec2:${region}:${account}:subnet/${id}`,
    vpcId,
    ownerId: account,
    state: now < availableAt ? 'pending' : 'available',
    cidrBlock: cidr,
    availableIpAddressCount: freeAddresses(world, subnet),
    availabilityZone: zone,
    availabilityZoneId: zoneId,
    defaultForAz: false,
    mapPublicIpOnLaunch: mapsPublicIps,
    assignIpv6AddressOnCreation: false,
    ipv6Native: false,
    enableDns64: false,
    ipv6CidrBlockAssociationSet: [],
    tagSet: tagSet(tags),
  };
}

interface ZoneChoice {
  readonly AvailabilityZone?: string | undefined;
  readonly AvailabilityZoneId?: string | undefined;
}

/** Without a wish EC2 chooses: here the first of the region. */
function zoneOf(call: Call, { AvailabilityZone, AvailabilityZoneId }: ZoneChoice): Zone {
  const zones = findRegion(call.region)?.zones ?? [];
  const zone = zones.find(({ name, id }) => {
    if (AvailabilityZone !== undefined) return name === AvailabilityZone;
    return AvailabilityZoneId === undefined || id === AvailabilityZoneId;
  });
  if (zone) return zone;
  const names = zones.map(({ name }) => name).join(', ');
  throw invalidValue(
    AvailabilityZone ?? AvailabilityZoneId ?? '',
    'availabilityZone',
    `Subnets can currently only be created in the following availability zones: ${names}.`,
  );
}

function checkPlace(world: World, call: Call, vpc: Vpc, cidr: string): void {
  const inner = parseCidr(cidr);
  const outer = parseCidr(vpc.cidr);
  const fits =
    inner && outer && inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
  if (!fits) throw new AwsFault('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
  const siblings = allOf(world, SUBNET, call).filter(({ vpcId }) => vpcId === vpc.id);
  if (siblings.some((sibling) => overlaps(sibling.cidr, cidr)))
    throw new AwsFault('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
  if (siblings.length >= quota(world, call, 'subnetsPerVpc'))
    throw new AwsFault('SubnetLimitExceeded', 'The maximum number of subnets has been reached.');
}

function remove(world: World, call: Call, subnet: Subnet): void {
  const hasGateway = allOf(world, NAT_GATEWAY, call).some(
    (gateway) =>
      gateway.subnetId === subnet.id && !['deleted', 'failed'].includes(natState(gateway, call.nowMs)),
  );
  if (hasGateway || allOf(world, INTERFACE, call).some(isIn(subnet)))
    throw dependencyViolation(`The subnet '${subnet.id}' has dependencies and cannot be deleted.`);
  // An explicit association with a route table ends with the subnet.
  for (const table of allOf(world, ROUTE_TABLE, call)) {
    const associations = table.associations.filter(({ subnetId }) => subnetId !== subnet.id);
    if (associations.length < table.associations.length) put(world, ROUTE_TABLE, { ...table, associations });
  }
  retire(world, SUBNET, subnet, call.nowMs);
}

const Switch = z.strictObject({ Value: flag });

export const subnetOperations: Operations = {
  CreateSubnet: operation({
    input: z.strictObject({
      VpcId: text,
      CidrBlock: text,
      AvailabilityZone: text.optional(),
      AvailabilityZoneId: text.optional(),
      TagSpecification: tagSpecifications,
    }),
    handle(world, call) {
      const { VpcId, CidrBlock, AvailabilityZone, AvailabilityZoneId, TagSpecification } = call.params;
      if (AvailabilityZone !== undefined && AvailabilityZoneId !== undefined)
        throw invalidCombination('Only one of AvailabilityZone and AvailabilityZoneId may be given.');
      const tags = specifiedTags(TagSpecification, 'subnet');
      const cidr = networkRange(CidrBlock, 'InvalidSubnet.Range');
      const vpc = find(world, call, VPC, VpcId);
      const zone = zoneOf(call, call.params);
      checkPlace(world, call, vpc, cidr);
      const id = newId(world, 'subnet');
      const pendingMs = world.chance.milliseconds(`pending/${id}`, world.settings.timings.vpcPending);
      const subnet: Subnet = {
        ...born(call, id, tags),
        vpcId: vpc.id,
        cidr,
        zone: zone.name,
        zoneId: zone.id,
        availableAt: call.nowMs + pendingMs,
        mapsPublicIps: false,
      };
      put(world, SUBNET, subnet);
      return { subnet: view(world, subnet, call.nowMs) };
    },
  }),
  DescribeSubnets: operation({
    input: z.strictObject({ SubnetId: list(text), ...paged }),
    handle(world, call) {
      const page = describe(world, call, SUBNET, { ids: call.params.SubnetId, ...call.params });
      return {
        subnetSet: page.items.map((subnet) => view(world, subnet, call.nowMs)),
        nextToken: page.nextToken,
      };
    },
  }),
  DeleteSubnet: operation({
    input: z.strictObject({ SubnetId: text }),
    handle(world, call) {
      remove(world, call, find(world, call, SUBNET, call.params.SubnetId));
      return undefined;
    },
  }),
  ModifySubnetAttribute: operation({
    input: z.strictObject({ SubnetId: text, MapPublicIpOnLaunch: Switch }),
    handle(world, call) {
      const { SubnetId, MapPublicIpOnLaunch } = call.params;
      const subnet = find(world, call, SUBNET, SubnetId);
      put(world, SUBNET, { ...subnet, mapsPublicIps: MapPublicIpOnLaunch.Value });
      return undefined;
    },
  }),
};
