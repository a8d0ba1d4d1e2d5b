/** Existing VPCs and subnets, with where the subnets' default routes lead. */
import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type RouteTable,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { ok, type Result } from '../../../domain/errors.ts';
import { isCode, settle } from '../errors.ts';
import { tagMap } from '../tags.ts';
import type { NetworkSeen, SubnetSeen } from './port.ts';

export async function readNetworks(ec2: EC2Client): Promise<Result<readonly NetworkSeen[]>> {
  const answer = await settle('ec2.describeVpcs', () => ec2.send(new DescribeVpcsCommand({})));
  if (!answer.ok) return answer;
  return ok((answer.value.Vpcs ?? []).map((vpc) => toNetwork(vpc, true, true)));
}

export async function readNetwork(ec2: EC2Client, id: string): Promise<Result<NetworkSeen | undefined>> {
  const answer = await settle('ec2.describeVpcs', () => ec2.send(new DescribeVpcsCommand({ VpcIds: [id] })));
  if (!answer.ok) {
    return isCode(answer.error, 'InvalidVpcID.NotFound', 'InvalidVpcID.Malformed') ? ok(undefined) : answer;
  }
  const vpc = answer.value.Vpcs?.[0];
  if (!vpc) return ok(undefined);
  const attribute = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    settle('ec2.describeVpcAttribute', () =>
      ec2.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute })),
    );
  const [support, hostnames] = await Promise.all([
    attribute('enableDnsSupport'),
    attribute('enableDnsHostnames'),
  ]);
  if (!support.ok) return support;
  if (!hostnames.ok) return hostnames;
  return ok(
    toNetwork(
      vpc,
      support.value.EnableDnsSupport?.Value === true,
      hostnames.value.EnableDnsHostnames?.Value === true,
    ),
  );
}

export async function readSubnets(ec2: EC2Client, vpcId: string): Promise<Result<readonly SubnetSeen[]>> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const [subnets, tables] = await Promise.all([
    settle('ec2.describeSubnets', () => ec2.send(new DescribeSubnetsCommand({ Filters }))),
    settle('ec2.describeRouteTables', () => ec2.send(new DescribeRouteTablesCommand({ Filters }))),
  ]);
  if (!subnets.ok) return subnets;
  const known = tables.ok ? (tables.value.RouteTables ?? []) : undefined;
  return ok((subnets.value.Subnets ?? []).map((subnet) => toSubnet(subnet, known)));
}

function toNetwork(vpc: Vpc, dnsSupport: boolean, dnsHostnames: boolean): NetworkSeen {
  const more = (vpc.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []);
  const cidrs = new Set([...(vpc.CidrBlock === undefined ? [] : [vpc.CidrBlock]), ...more]);
  return { id: vpc.VpcId ?? '', cidrs: [...cidrs], dnsSupport, dnsHostnames };
}

function toSubnet(subnet: Subnet, tables: readonly RouteTable[] | undefined): SubnetSeen {
  const id = subnet.SubnetId ?? '';
  return {
    id,
    vpcId: subnet.VpcId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    cidr: subnet.CidrBlock ?? '',
    freeAddresses: subnet.AvailableIpAddressCount ?? 0,
    egress: tables === undefined ? 'unknown' : egressOf(id, tables),
    tags: tagMap(subnet.Tags),
  };
}

/** A subnet without a table of its own uses the VPC's main one. */
function egressOf(subnetId: string, tables: readonly RouteTable[]): SubnetSeen['egress'] {
  const associated = tables.find(({ Associations = [] }) =>
    Associations.some((association) => association.SubnetId === subnetId),
  );
  const table = associated ?? tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  if (!table) return 'unknown';
  const route = (table.Routes ?? []).find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
  );
  if (!route) return 'none';
  return route.GatewayId?.startsWith('igw-') === true ? 'internet-gateway' : 'other';
}
