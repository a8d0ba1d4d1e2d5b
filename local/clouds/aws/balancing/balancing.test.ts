/** Network load balancers: names, feet in subnets, targets and their health, and what stays when they go. */
import {
  DeleteSubnetCommand,
  DescribeAddressesCommand,
  DescribeNetworkInterfacesCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  RegisterTargetsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from '@jest/globals';
import { type AwsHarness, awsHarness, type HarnessOptions, MINUTE, refusal } from '../harness.ts';
import {
  ANYWHERE,
  aGroup,
  aNetwork,
  anInstance,
  aSubnet,
  given,
  letIn,
  type Network,
  tcp,
} from '../harness-network.ts';

const API = 6443;

interface Fixture extends AwsHarness, Network {
  readonly harness: AwsHarness;
  readonly balancerGroup: string;
  readonly nodeGroup: string;
}

async function aFixture(options: HarnessOptions = {}): Promise<Fixture> {
  const harness = awsHarness(options);
  const network = await aNetwork(harness);
  const balancerGroup = await aGroup(harness.ec2, network.vpcId, 'balancer');
  const nodeGroup = await aGroup(harness.ec2, network.vpcId, 'nodes');
  return { ...harness, ...network, harness, balancerGroup, nodeGroup };
}

const balancerInput = ({ publicSubnet, balancerGroup }: Fixture, more: object = {}) => ({
  Name: 'c1-api',
  Type: 'network' as const,
  Scheme: 'internet-facing' as const,
  Subnets: [publicSubnet],
  SecurityGroups: [balancerGroup],
  ...more,
});

async function aBalancer(fixture: Fixture, more: object = {}) {
  const answer = await fixture.balancing.send(new CreateLoadBalancerCommand(balancerInput(fixture, more)));
  return given(answer.LoadBalancers?.[0]);
}

async function aTargetGroup({ balancing, vpcId: VpcId }: Fixture, more: object = {}): Promise<string> {
  const settings = {
    Name: 'c1-api-6443',
    Protocol: 'TCP' as const,
    Port: API,
    VpcId,
    TargetType: 'instance' as const,
  };
  const check = { HealthCheckIntervalSeconds: 10, HealthyThresholdCount: 2, UnhealthyThresholdCount: 3 };
  const answer = await balancing.send(new CreateTargetGroupCommand({ ...settings, ...check, ...more }));
  return given(answer.TargetGroups?.[0]?.TargetGroupArn);
}

const listen = ({ balancing }: Fixture, LoadBalancerArn: string, TargetGroupArn: string, Port = API) =>
  balancing.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Port,
      Protocol: 'TCP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );

describe('load balancers', () => {
  test('are provisioned for some minutes, with a name in DNS from the start', async () => {
    const fixture = await aFixture();
    const made = await aBalancer(fixture);
    expect(made).toMatchObject({
      State: { Code: 'provisioning' },
      Scheme: 'internet-facing',
      Type: 'network',
    });
    expect(made.DNSName).toMatch(/^c1-api-[0-9a-f]{16}\.elb\.eu-central-1\.amazonaws\.com$/);
    fixture.clock.advance(4 * MINUTE);
    const { LoadBalancers } = await fixture.balancing.send(
      new DescribeLoadBalancersCommand({ Names: ['c1-api'] }),
    );
    expect(LoadBalancers).toMatchObject([
      { LoadBalancerArn: made.LoadBalancerArn, State: { Code: 'active' } },
    ]);
  });

  test('are one per name: the same again is the same, other settings are refused', async () => {
    const fixture = await aFixture();
    const made = await aBalancer(fixture);
    expect((await aBalancer(fixture)).LoadBalancerArn).toBe(made.LoadBalancerArn);
    expect(await refusal(aBalancer(fixture, { Scheme: 'internal' }))).toBe('DuplicateLoadBalancerName');
  });

  test.each([
    [{ Name: 'x'.repeat(33) }, 'ValidationError'],
    [{ Name: '-api' }, 'ValidationError'],
    [{ Name: 'internal-api' }, 'ValidationError'],
    [{ Name: 'a_b' }, 'ValidationError'],
    [{ Subnets: [] }, 'ValidationError'],
    [{ Subnets: ['subnet-0123456789abcdef0'] }, 'SubnetNotFound'],
    [{ SecurityGroups: ['sg-0123456789abcdef0'] }, 'InvalidSecurityGroup'],
  ])('refuse %j', async (more, code) => {
    expect(await refusal(aBalancer(await aFixture(), more))).toBe(code);
  });

  test('have one subnet per zone, with room', async () => {
    const fixture = await aFixture();
    const { publicSubnet, privateSubnet, vpcId, ec2 } = fixture;
    expect(await refusal(aBalancer(fixture, { Subnets: [publicSubnet, privateSubnet] }))).toBe(
      'InvalidConfigurationRequest',
    );
    const narrow = await aSubnet(ec2, vpcId, '10.0.64.0/28', 'b');
    for (let count = 0; count < 4; count += 1) await anInstance(fixture.harness, narrow, []);
    expect(await refusal(aBalancer(fixture, { Subnets: [narrow] }))).toBe('InvalidSubnet');
  });

  test('are few', async () => {
    const fixture = await aFixture();
    fixture.simulator.addFault({ fault: 'quota', name: 'L-69A177A2', limit: 0 });
    expect(await refusal(aBalancer(fixture))).toBe('TooManyLoadBalancers');
  });

  test('fail later when a fault says so', async () => {
    const fixture = await aFixture();
    fixture.simulator.addFault({
      fault: 'error',
      operation: 'CreateLoadBalancer',
      code: 'InternalFailure',
      when: 'late',
    });
    await aBalancer(fixture);
    fixture.clock.advance(4 * MINUTE);
    const { LoadBalancers } = await fixture.balancing.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toMatchObject([{ State: { Code: 'failed' } }]);
  });

  test('survive a lost answer: the name finds what was made', async () => {
    const fixture = await aFixture();
    fixture.simulator.addFault({
      fault: 'error',
      operation: 'CreateLoadBalancer',
      code: 'InternalFailure',
      when: 'after',
    });
    expect(await refusal(aBalancer(fixture))).toBe('InternalFailure');
    await aBalancer(fixture);
    const { LoadBalancers } = await fixture.balancing.send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers).toHaveLength(1);
  });

  test('step into new zones and leave interfaces behind for some minutes', async () => {
    const fixture = await aFixture();
    const { balancing, ec2, clock, publicSubnet, vpcId } = fixture;
    const LoadBalancerArn = given((await aBalancer(fixture)).LoadBalancerArn);
    const second = await aSubnet(ec2, vpcId, '10.0.144.0/20', 'b');
    const { AvailabilityZones } = await balancing.send(
      new SetSubnetsCommand({ LoadBalancerArn, Subnets: [publicSubnet, second] }),
    );
    expect(AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['eu-central-1a', 'eu-central-1b']);
    await balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    const left = async () => {
      const Filters = [{ Name: 'description', Values: ['ELB net/c1-api/*'] }];
      return (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces;
    };
    expect(await left()).toMatchObject([{ Status: 'in-use' }, { Status: 'in-use' }]);
    expect(await refusal(ec2.send(new DeleteSubnetCommand({ SubnetId: second })))).toBe(
      'DependencyViolation',
    );
    clock.advance(5 * MINUTE);
    expect(await left()).toEqual([]);
    await ec2.send(new DeleteSubnetCommand({ SubnetId: second }));
  });

  test('are protected from deletion when somebody said so', async () => {
    const fixture = await aFixture();
    const LoadBalancerArn = given((await aBalancer(fixture)).LoadBalancerArn);
    const set = (Key: string, Value: string) =>
      fixture.balancing.send(
        new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key, Value }] }),
      );
    await set('deletion_protection.enabled', 'true');
    expect(await refusal(fixture.balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn })))).toBe(
      'OperationNotPermitted',
    );
    expect(await refusal(set('colour', 'red'))).toBe('ValidationError');
    expect(await refusal(set('load_balancing.cross_zone.enabled', 'perhaps'))).toBe('ValidationError');
  });

  test('have tags', async () => {
    const fixture = await aFixture();
    const { balancing } = fixture;
    const arn = given((await aBalancer(fixture, { Tags: [{ Key: 'a', Value: '1' }] })).LoadBalancerArn);
    await balancing.send(new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: 'b', Value: '2' }] }));
    const { TagDescriptions } = await balancing.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
    expect(TagDescriptions?.[0]?.Tags).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]);
    const gone = new DescribeTagsCommand({ ResourceArns: [`${arn}0`] });
    expect(await refusal(balancing.send(gone))).toBe('LoadBalancerNotFound');
  });
});

describe('target groups and listeners', () => {
  test('are one per name and port', async () => {
    const fixture = await aFixture();
    const { balancing } = fixture;
    const group = await aTargetGroup(fixture);
    expect(await aTargetGroup(fixture)).toBe(group);
    expect(await refusal(aTargetGroup(fixture, { Port: 443 }))).toBe('DuplicateTargetGroupName');
    const balancer = given((await aBalancer(fixture)).LoadBalancerArn);
    const first = await listen(fixture, balancer, group);
    expect((await listen(fixture, balancer, group)).Listeners).toEqual(first.Listeners);
    const other = await aTargetGroup(fixture, { Name: 'other' });
    expect(await refusal(listen(fixture, balancer, other))).toBe('DuplicateListener');
    const { TargetGroups } = await balancing.send(
      new DescribeTargetGroupsCommand({ Names: ['c1-api-6443'] }),
    );
    expect(TargetGroups).toMatchObject([{ LoadBalancerArns: [balancer], HealthCheckIntervalSeconds: 10 }]);
  });

  test('a group stays while a listener uses it; listeners go with their load balancer', async () => {
    const fixture = await aFixture();
    const { balancing } = fixture;
    const TargetGroupArn = await aTargetGroup(fixture);
    const LoadBalancerArn = given((await aBalancer(fixture)).LoadBalancerArn);
    await listen(fixture, LoadBalancerArn, TargetGroupArn);
    const remove = () => balancing.send(new DeleteTargetGroupCommand({ TargetGroupArn }));
    expect(await refusal(remove())).toBe('ResourceInUse');
    await balancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await remove();
    const { TargetGroups } = await balancing.send(new DescribeTargetGroupsCommand({}));
    expect(TargetGroups).toEqual([]);
    expect(await refusal(balancing.send(new DescribeListenersCommand({ LoadBalancerArn })))).toBe(
      'LoadBalancerNotFound',
    );
  });

  test.each([
    [{ HealthCheckIntervalSeconds: 4 }],
    [{ HealthCheckTimeoutSeconds: 11 }],
    [{ HealthyThresholdCount: 1 }],
    [{ HealthCheckPort: 'http' }],
    [{ HealthCheckPath: '/readyz' }],
  ])('refuse a health check of %j', async (more) => {
    expect(await refusal(aTargetGroup(await aFixture(), more))).toBe('ValidationError');
  });
});

describe('targets', () => {
  /** A node behind an active load balancer; what listens is the test's. */
  async function serving() {
    const listening = new Set<string>();
    const fixture = await aFixture({
      machines: { listens: (id, port) => listening.has(`${id}:${port}`), gone: () => undefined },
    });
    const { ec2, balancerGroup, nodeGroup, privateSubnet, balancing, clock } = fixture;
    await letIn(ec2, balancerGroup, tcp(API, { cidr: ANYWHERE }));
    await letIn(ec2, nodeGroup, tcp(API, { group: balancerGroup }));
    const { LoadBalancerArn, DNSName } = await aBalancer(fixture);
    const TargetGroupArn = await aTargetGroup(fixture);
    await listen(fixture, given(LoadBalancerArn), TargetGroupArn);
    const preserved = { Key: 'preserve_client_ip.enabled', Value: 'false' };
    await balancing.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: [preserved] }));
    clock.advance(4 * MINUTE);
    const node = await anInstance(fixture.harness, privateSubnet, [nodeGroup]);
    const Targets = [{ Id: node }];
    const register = () => balancing.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
    const health = async () => {
      const answer = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      return answer.TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State);
    };
    const host = given(DNSName);
    return { ...fixture, listening, node, Targets, TargetGroupArn, register, health, host };
  }

  test('are initial, then healthy as long as something answers', async () => {
    const { register, health, listening, node, clock } = await serving();
    await register();
    listening.add(`${node}:${API}`);
    expect(await health()).toEqual(['initial']);
    clock.advance(3 * MINUTE);
    expect(await health()).toEqual(['healthy']);
    listening.clear();
    expect(await health()).toEqual(['healthy']);
    clock.advance(29_000);
    expect(await health()).toEqual(['healthy']);
    clock.advance(1_000);
    expect(await health()).toEqual(['unhealthy']);
    listening.add(`${node}:${API}`);
    await health();
    clock.advance(20_000);
    expect(await health()).toEqual(['healthy']);
  });

  test('are unhealthy when their groups do not let the load balancer in', async () => {
    const { register, health, listening, node, clock, ec2, nodeGroup, balancerGroup } = await serving();
    const IpPermissions = [tcp(API, { group: balancerGroup })];
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: nodeGroup, IpPermissions }));
    listening.add(`${node}:${API}`);
    await register();
    clock.advance(3 * MINUTE);
    expect(await health()).toEqual(['unhealthy']);
  });

  test('receive what is sent to the name of the load balancer', async () => {
    const { register, listening, node, clock, simulator, host } = await serving();
    const from = (caller: string, port = API) => simulator.host.behind(host, port, caller);
    await register();
    listening.add(`${node}:${API}`);
    expect(from('internet')).toEqual([]);
    clock.advance(3 * MINUTE);
    expect(from('internet')).toEqual([node]);
    expect(from(node)).toEqual([node]);
    expect(from('internet', 443)).toEqual([]);
    expect(simulator.host.behind('elsewhere.elb.eu-central-1.amazonaws.com', API, 'internet')).toEqual([]);
  });

  test('receive it when none is healthy: the load balancer fails open', async () => {
    const { register, node, clock, simulator, host } = await serving();
    await register();
    clock.advance(3 * MINUTE);
    expect(simulator.host.behind(host, API, 'internet')).toEqual([node]);
  });

  test('are reached only by those whom the groups of the load balancer let in', async () => {
    const { register, clock, simulator, host, ec2, balancerGroup, node } = await serving();
    await register();
    clock.advance(3 * MINUTE);
    const IpPermissions = [tcp(API, { cidr: ANYWHERE })];
    await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: balancerGroup, IpPermissions }));
    expect(simulator.host.behind(host, API, node)).toEqual([]);
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
    await letIn(ec2, balancerGroup, tcp(API, { cidr: `${Addresses?.[0]?.PublicIp}/32` }));
    expect(simulator.host.behind(host, API, node)).toEqual([node]);
    expect(simulator.host.behind(host, API, 'internet')).toEqual([]);
  });

  test('run, and are of the network of their group', async () => {
    const { balancing, ec2, TargetGroupArn, register, node, clock } = await serving();
    const unknown = new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: 'i-0123456789abcdef0' }] });
    expect(await refusal(balancing.send(unknown))).toBe('InvalidTarget');
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [node] }));
    clock.advance(2 * MINUTE);
    expect(await refusal(register())).toBe('InvalidTarget');
  });

  test('drain before they leave', async () => {
    const { register, health, balancing, TargetGroupArn, Targets, clock } = await serving();
    await register();
    await balancing.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
    expect(await health()).toEqual(['draining']);
    clock.advance(5 * MINUTE);
    expect(await health()).toEqual([]);
    const asked = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn, Targets }));
    expect(asked.TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotRegistered',
    });
  });

  test('registered again while they drain stay', async () => {
    const { register, health, balancing, TargetGroupArn, Targets, clock } = await serving();
    await register();
    await balancing.send(new DeregisterTargetsCommand({ TargetGroupArn, Targets }));
    await register();
    clock.advance(6 * MINUTE);
    expect(await health()).toEqual(['unhealthy']);
  });
});
