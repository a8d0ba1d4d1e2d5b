/** What a region's account has already, counted as the quotas count it. */
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Instance,
  type NatGateway,
  type Subnet,
} from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Result } from '../../../domain/errors.ts';
import { settle } from '../errors.ts';
import type { AwsSession } from '../session.ts';
import type { RegionUsage } from './port.ts';

const PAGE = 1_000;

export function readUsage({ ec2, balancing }: AwsSession): Promise<Result<RegionUsage>> {
  return settle('ec2.usage', async () => {
    const [vpcs, addresses, gateways, nats, subnets, balancers, instances] = await Promise.all([
      ec2.send(new DescribeVpcsCommand({})),
      ec2.send(new DescribeAddressesCommand({})),
      ec2.send(new DescribeInternetGatewaysCommand({})),
      ec2.send(
        new DescribeNatGatewaysCommand({
          Filter: [{ Name: 'state', Values: ['pending', 'available', 'deleting'] }],
        }),
      ),
      ec2.send(new DescribeSubnetsCommand({})),
      balancing.send(new DescribeLoadBalancersCommand({})),
      liveInstances(ec2),
    ]);
    return {
      vpcs: (vpcs.Vpcs ?? []).length,
      addresses: (addresses.Addresses ?? []).length,
      internetGateways: (gateways.InternetGateways ?? []).length,
      networkBalancers: (balancers.LoadBalancers ?? []).filter(({ Type }) => Type === 'network').length,
      natGateways: byZone(nats.NatGateways ?? [], subnets.Subnets ?? []),
      machines: instances.map(({ InstanceType = '', InstanceLifecycle }) => ({
        instanceType: InstanceType,
        spot: InstanceLifecycle === 'spot',
      })),
    };
  });
}

async function liveInstances(ec2: EC2Client): Promise<readonly Instance[]> {
  const found: Instance[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
        MaxResults: PAGE,
        ...(NextToken ? { NextToken } : {}),
      }),
    );
    found.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

function byZone(nats: readonly NatGateway[], subnets: readonly Subnet[]): Readonly<Record<string, number>> {
  const zones = new Map(subnets.map(({ SubnetId, AvailabilityZone }) => [SubnetId, AvailabilityZone]));
  const counts = new Map<string, number>();
  for (const { SubnetId } of nats) {
    const zone = zones.get(SubnetId) ?? '';
    counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
