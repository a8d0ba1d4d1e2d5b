/** Who reaches whom: what a machine needs of its network before it can become a node. */
import {
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DetachInternetGatewayCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { awsHarness, MINUTE, refusal } from '../harness.ts';
import { ANYWHERE, aGroup, aNetwork, anInstance, letIn, tcp } from '../harness-network.ts';

async function setUp() {
  const harness = awsHarness();
  const network = await aNetwork(harness);
  const group = await aGroup(harness.ec2, network.vpcId, 'nodes');
  const node = await anInstance(harness, network.privateSubnet, [group]);
  return { ...harness, ...network, harness, group, node, host: harness.simulator.host };
}

describe('the Internet', () => {
  test('is reached by way of the NAT gateway of the route table', async () => {
    const { host, node } = await setUp();
    expect(host.reachesInternet(node)).toBe(true);
    expect(host.reachesInternet('i-0123456789abcdef0')).toBe(false);
  });

  test('is out of reach without a route', async () => {
    const { host, node, ec2, privateTable: RouteTableId } = await setUp();
    await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: ANYWHERE }));
    expect(host.reachesInternet(node)).toBe(false);
  });

  test('is out of reach when the NAT gateway goes, or has no way out itself', async () => {
    const { host, node, ec2, natId, publicTable, clock } = await setUp();
    await ec2.send(new DeleteRouteCommand({ RouteTableId: publicTable, DestinationCidrBlock: ANYWHERE }));
    expect(host.reachesInternet(node)).toBe(false);
    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: natId }));
    clock.advance(2 * MINUTE);
    expect(host.reachesInternet(node)).toBe(false);
  });

  test('is out of reach for groups that let nothing out', async () => {
    const { host, node, ec2, group: GroupId } = await setUp();
    const IpPermissions = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: ANYWHERE }] }];
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
    expect(host.reachesInternet(node)).toBe(false);
  });

  test('needs a public address in a public subnet', async () => {
    const { host, harness, publicSubnet, group } = await setUp();
    expect(host.reachesInternet(await anInstance(harness, publicSubnet, [group]))).toBe(false);
  });

  test('is what a network keeps while something has a public address', async () => {
    const { ec2, vpcId: VpcId, gatewayId: InternetGatewayId } = await setUp();
    expect(await refusal(ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId })))).toBe(
      'DependencyViolation',
    );
  });
});

describe('peers', () => {
  test('are reached where the groups say so', async () => {
    const { host, harness, node, ec2, group, vpcId, privateSubnet } = await setUp();
    const other = await aGroup(ec2, vpcId, 'others');
    const peer = await anInstance(harness, privateSubnet, [other]);
    expect(host.reachesPeer(peer, node, 2379)).toBe(false);
    await letIn(ec2, group, tcp(2379, { group: other }));
    expect(host.reachesPeer(peer, node, 2379)).toBe(true);
    expect(host.reachesPeer(peer, node, 2380)).toBe(false);
    expect(host.reachesPeer(node, peer, 2379)).toBe(false);
    await letIn(ec2, other, { IpProtocol: '-1', IpRanges: [{ CidrIp: '10.0.0.0/16' }] });
    expect(host.reachesPeer(node, peer, 2379)).toBe(true);
  });
});
