/** What people and tests that look for leaks are shown. */
import { CreateTagsCommand, DeleteNatGatewayCommand, DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { awsHarness, MINUTE, REGION } from './harness.ts';
import { aGroup, aNetwork, anInstance } from './harness-network.ts';

test('shows what users made, with tags and state, and nothing that AWS made beside it', async () => {
  const harness = awsHarness();
  const { ec2, simulator, clock } = harness;
  expect(simulator.inventory()).toEqual([]);
  const { vpcId, natId, privateSubnet } = await aNetwork(harness);
  await anInstance(harness, privateSubnet, [await aGroup(ec2, vpcId, 'nodes')]);
  await ec2.send(new CreateTagsCommand({ Resources: [vpcId], Tags: [{ Key: 'Name', Value: 'c1' }] }));
  const kinds = simulator.inventory().map(({ kind }) => kind.replace('AWS::EC2::', ''));
  expect(kinds.toSorted()).toEqual([
    'EIP',
    'Instance',
    'InternetGateway',
    'NatGateway',
    'NetworkInterface',
    'RouteTable',
    'RouteTable',
    'SecurityGroup',
    'Subnet',
    'Subnet',
    'VPC',
    'Volume',
  ]);
  expect(simulator.inventory().find(({ id }) => id === vpcId)).toEqual({
    cloud: 'aws',
    region: REGION,
    kind: 'AWS::EC2::VPC',
    id: vpcId,
    name: 'c1',
    tags: { Name: 'c1' },
    state: 'available',
  });
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: natId }));
  expect(simulator.inventory().find(({ id }) => id === natId)?.state).toBe('deleting');
  clock.advance(2 * MINUTE);
  expect(simulator.inventory().some(({ id }) => id === natId)).toBe(false);
});

test('a lost machine is gone, though nobody asked for it', async () => {
  const harness = awsHarness();
  const { ec2, simulator, clock } = harness;
  const { vpcId, privateSubnet } = await aNetwork(harness);
  const id = await anInstance(harness, privateSubnet, [await aGroup(ec2, vpcId, 'nodes')]);
  simulator.addFault({ fault: 'instance-loss', id });
  clock.advance(2 * MINUTE);
  expect(simulator.inventory().some((item) => item.id === id)).toBe(false);
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  expect(Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated');
});
