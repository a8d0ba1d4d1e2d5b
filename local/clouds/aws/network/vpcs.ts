/** VPCs with what comes with them: a main route table and a default security group. */
import { z } from 'zod';
import { canonicalCidr } from '../../../../lib/domain/cidr.ts';
import type { Call } from '../core/call.ts';
import { AwsFault, dependencyViolation, invalidCombination, invalidValue } from '../core/fault.ts';
import { newId } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { flag, list, paged, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, describe, find, put, retire } from '../core/shelf.ts';
import { specifiedTags, type Tags, tagSet } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { createDefaultGroup, deleteGroupsWith } from './group-store.ts';
import { INTERFACE, INTERNET_GATEWAY, ROUTE_TABLE, SECURITY_GROUP, SUBNET, VPC } from './kinds.ts';
import type { RouteTable, Vpc } from './model.ts';

/** Prefix lengths that a VPC or a subnet may have. */
const WIDEST = 16;
const NARROWEST = 28;

/** As EC2 keeps it. `sizeCode`: the refusal of a range of a size that VPCs and subnets cannot have. */
export function networkRange(cidr: string, sizeCode: string): string {
  const canonical = canonicalCidr(cidr);
  if (canonical === undefined) throw invalidValue(cidr, 'cidrBlock', 'This is not a valid CIDR block.');
  const bits = Number(cidr.split('/')[1]);
  if (bits < WIDEST || bits > NARROWEST) throw new AwsFault(sizeCode, `The CIDR '${cidr}' is invalid.`);
  return canonical;
}

function view(vpc: Vpc, now: number) {
  const { id, cidr, cidrAssociationId, availableAt, dhcpOptionsId, account, tags } = vpc;
  return {
    vpcId: id,
    ownerId: account,
    state: now < availableAt ? 'pending' : 'available',
    cidrBlock: cidr,
    cidrBlockAssociationSet: [
      { associationId: cidrAssociationId, cidrBlock: cidr, cidrBlockState: { state: 'associated' } },
    ],
    dhcpOptionsId,
    instanceTenancy: 'default',
    isDefault: false,
    tagSet: tagSet(tags),
  };
}

function create(world: World, call: Call, cidr: string, tags: Tags): Vpc {
  const limit = quota(world, call, 'vpcs');
  if (allOf(world, VPC, call).length >= limit)
    throw new AwsFault('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
  const id = newId(world, 'vpc');
  const vpc: Vpc = {
    ...born(call, id, tags),
    cidr,
    cidrAssociationId: newId(world, 'vpc-cidr-assoc'),
    availableAt: call.nowMs + world.chance.milliseconds(`pending/${id}`, world.settings.timings.vpcPending),
    dnsSupport: true,
    dnsHostnames: false,
    dhcpOptionsId: `dopt-${world.chance.hex(`dopt/${call.account}/${call.region}`, 17)}`,
  };
  put(world, VPC, vpc);
  const main: RouteTable = {
    ...born(call, newId(world, 'rtb'), {}),
    vpcId: id,
    routes: [{ destination: vpc.cidr, target: { kind: 'local' }, origin: 'CreateRouteTable' }],
    associations: [{ id: newId(world, 'rtbassoc') }],
  };
  put(world, ROUTE_TABLE, main);
  createDefaultGroup(world, call, id);
  return vpc;
}

function remove(world: World, call: Call, vpc: Vpc): void {
  const isIn = ({ vpcId }: { readonly vpcId?: string }) => vpcId === vpc.id;
  const tables = allOf(world, ROUTE_TABLE, call).filter(isIn);
  const isMain = ({ associations }: RouteTable) =>
    associations.some(({ subnetId }) => subnetId === undefined);
  const inTheWay = [
    allOf(world, SUBNET, call).some(isIn),
    allOf(world, INTERNET_GATEWAY, call).some(isIn),
    allOf(world, INTERFACE, call).some(isIn),
    allOf(world, SECURITY_GROUP, call).some((group) => isIn(group) && group.name !== 'default'),
    tables.some((table) => !isMain(table)),
  ];
  if (inTheWay.includes(true))
    throw dependencyViolation(`The vpc '${vpc.id}' has dependencies and cannot be deleted.`);
  for (const table of tables) retire(world, ROUTE_TABLE, table, call.nowMs);
  deleteGroupsWith(world, call, vpc.id);
  retire(world, VPC, vpc, call.nowMs);
}

const Switch = z.strictObject({ Value: flag });

export const vpcOperations: Operations = {
  CreateVpc: operation({
    input: z.strictObject({
      CidrBlock: text,
      InstanceTenancy: z.enum(['default']).optional(),
      AmazonProvidedIpv6CidrBlock: flag.optional(),
      TagSpecification: tagSpecifications,
    }),
    handle(world, call) {
      const { CidrBlock, TagSpecification } = call.params;
      const tags = specifiedTags(TagSpecification, 'vpc');
      const vpc = create(world, call, networkRange(CidrBlock, 'InvalidVpc.Range'), tags);
      return { vpc: view(vpc, call.nowMs) };
    },
  }),
  DescribeVpcs: operation({
    input: z.strictObject({ VpcId: list(text), ...paged }),
    handle(world, call) {
      const page = describe(world, call, VPC, { ids: call.params.VpcId, ...call.params });
      return { vpcSet: page.items.map((vpc) => view(vpc, call.nowMs)), nextToken: page.nextToken };
    },
  }),
  DeleteVpc: operation({
    input: z.strictObject({ VpcId: text }),
    handle(world, call) {
      remove(world, call, find(world, call, VPC, call.params.VpcId));
      return undefined;
    },
  }),
  DescribeVpcAttribute: operation({
    input: z.strictObject({
      VpcId: text,
      Attribute: z.enum(['enableDnsSupport', 'enableDnsHostnames']),
    }),
    handle(world, call) {
      const { id, dnsSupport, dnsHostnames } = find(world, call, VPC, call.params.VpcId);
      const value = call.params.Attribute === 'enableDnsSupport' ? dnsSupport : dnsHostnames;
      return { vpcId: id, [call.params.Attribute]: { value } };
    },
  }),
  ModifyVpcAttribute: operation({
    input: z.strictObject({
      VpcId: text,
      EnableDnsSupport: Switch.optional(),
      EnableDnsHostnames: Switch.optional(),
    }),
    handle(world, call) {
      const { VpcId, EnableDnsSupport, EnableDnsHostnames } = call.params;
      const vpc = find(world, call, VPC, VpcId);
      if ((EnableDnsSupport === undefined) === (EnableDnsHostnames === undefined))
        throw invalidCombination('Exactly one attribute must be modified per request.');
      put(world, VPC, {
        ...vpc,
        dnsSupport: EnableDnsSupport?.Value ?? vpc.dnsSupport,
        dnsHostnames: EnableDnsHostnames?.Value ?? vpc.dnsHostnames,
      });
      return undefined;
    },
  }),
};
