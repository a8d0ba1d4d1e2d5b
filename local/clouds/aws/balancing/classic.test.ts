/** Classic load balancers: an API beside ELBv2, and what they hold and leave. */
import { DeleteSecurityGroupCommand, DeleteSubnetCommand } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { DescribeLoadBalancersCommand as DescribeLaterBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from '@jest/globals';
import { awsHarness, MINUTE, refusal } from '../harness.ts';
import { aGroup, aNetwork } from '../harness-network.ts';

const KIND = 'AWS::ElasticLoadBalancing::LoadBalancer';

async function aFixture() {
  const harness = awsHarness();
  const network = await aNetwork(harness);
  const group = await aGroup(harness.ec2, network.vpcId, 'k8s-elb-a1');
  const input = (more: object = {}) => ({
    LoadBalancerName: 'a1',
    Listeners: [{ Protocol: 'TCP', LoadBalancerPort: 80, InstanceProtocol: 'TCP', InstancePort: 30080 }],
    Subnets: [network.publicSubnet],
    SecurityGroups: [group],
    Tags: [{ Key: 'kubernetes.io/service-name', Value: 'default/web' }],
    ...more,
  });
  const { classicBalancing: elb } = harness;
  const create = (more?: object) => elb.send(new CreateLoadBalancerCommand(input(more)));
  return { ...harness, ...network, group, elb, create };
}

test('are told from those of ELBv2 by the version of the API', async () => {
  const { elb, balancing, create, vpcId, group, publicSubnet, simulator } = await aFixture();
  const { DNSName } = await create();
  expect(DNSName).toMatch(/^a1-\d+\.eu-central-1\.elb\.amazonaws\.com$/);
  const { LoadBalancerDescriptions } = await elb.send(new DescribeLoadBalancersCommand({}));
  expect(LoadBalancerDescriptions).toMatchObject([
    {
      LoadBalancerName: 'a1',
      DNSName,
      VPCId: vpcId,
      Subnets: [publicSubnet],
      SecurityGroups: [group],
      ListenerDescriptions: [{ Listener: { LoadBalancerPort: 80, InstancePort: 30080 } }],
    },
  ]);
  expect((await balancing.send(new DescribeLaterBalancersCommand({}))).LoadBalancers).toEqual([]);
  expect(simulator.inventory().filter(({ kind }) => kind === KIND)).toMatchObject([
    { name: 'a1', tags: { 'kubernetes.io/service-name': 'default/web' } },
  ]);
});

test('repeat for the same settings, and refuse others', async () => {
  const { create } = await aFixture();
  const first = await create();
  expect((await create()).DNSName).toBe(first.DNSName);
  expect(await refusal(create({ Scheme: 'internal' }))).toBe('DuplicateLoadBalancerName');
  expect(await refusal(create({ LoadBalancerName: 'a2', Subnets: ['subnet-0'] }))).toBe('SubnetNotFound');
  expect(await refusal(create({ LoadBalancerName: 'a2', Listeners: [] }))).toBe('ValidationError');
});

test('take tags', async () => {
  const { elb, create } = await aFixture();
  await create();
  const LoadBalancerNames = ['a1'];
  await elb.send(new AddTagsCommand({ LoadBalancerNames, Tags: [{ Key: 'team', Value: 'shop' }] }));
  const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ LoadBalancerNames }));
  expect(TagDescriptions).toEqual([
    {
      LoadBalancerName: 'a1',
      Tags: [
        { Key: 'kubernetes.io/service-name', Value: 'default/web' },
        { Key: 'team', Value: 'shop' },
      ],
    },
  ]);
  expect(await refusal(elb.send(new DescribeTagsCommand({ LoadBalancerNames: ['a2'] })))).toBe(
    'LoadBalancerNotFound',
  );
});

test('leave interfaces behind that hold group and subnet for a while', async () => {
  const { ec2, elb, create, clock, group, publicSubnet, simulator } = await aFixture();
  await create();
  const gone = new DeleteLoadBalancerCommand({ LoadBalancerName: 'a1' });
  await elb.send(gone);
  await elb.send(gone);
  expect(simulator.inventory().filter(({ kind }) => kind === KIND)).toEqual([]);
  const groupGoes = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }));
  expect(await refusal(groupGoes())).toBe('DependencyViolation');
  expect(await refusal(ec2.send(new DeleteSubnetCommand({ SubnetId: publicSubnet })))).toBe(
    'DependencyViolation',
  );
  clock.advance(6 * MINUTE);
  await groupGoes();
  expect(simulator.inventory().filter(({ id }) => id === group)).toEqual([]);
});
