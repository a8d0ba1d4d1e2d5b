/** What is said to ELBv2, parameter by parameter. */
import { describe, expect, test } from '@jest/globals';
import { anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { openBalancing } from './sdk-balancing.ts';
import { balancersIn } from './tagged.ts';

const NAMES = { balancer: 'shop-api', targetGroup: 'shop-api-6443' };
const balancer =
  '<LoadBalancers><member><LoadBalancerArn>arn:lb</LoadBalancerArn><LoadBalancerName>shop-api</LoadBalancerName><DNSName>shop.elb.test</DNSName><VpcId>vpc-1</VpcId><State><Code>provisioning</Code></State><AvailabilityZones><member><SubnetId>subnet-a</SubnetId></member></AvailabilityZones></member></LoadBalancers>';
const group = '<TargetGroups><member><TargetGroupArn>arn:tg</TargetGroupArn></member></TargetGroups>';
const tagsOf = (arn: string) =>
  `<member><ResourceArn>${arn}</ResourceArn><Tags><member><Key>slipway:cluster-uid</Key><Value>u1</Value></member></Tags></member>`;
const tags = `<TagDescriptions>${tagsOf('arn:lb')}${tagsOf('arn:tg')}</TagDescriptions>`;

describe('finding', () => {
  test('by name, with tags in one question', async () => {
    const { session, sent } = anAwsWire({
      DescribeLoadBalancers: [balancer],
      DescribeTargetGroups: [group],
      DescribeTags: [tags],
    });
    expect(await openBalancing(session).find(NAMES)).toEqual({
      ok: true,
      value: {
        balancer: {
          arn: 'arn:lb',
          dnsName: 'shop.elb.test',
          state: 'provisioning',
          subnetIds: ['subnet-a'],
          tags: { 'slipway:cluster-uid': 'u1' },
        },
        targetGroup: { arn: 'arn:tg', tags: { 'slipway:cluster-uid': 'u1' } },
      },
    });
    expect(sent).toEqual([
      { operation: 'DescribeLoadBalancers', 'Names.member.1': 'shop-api' },
      { operation: 'DescribeTargetGroups', 'Names.member.1': 'shop-api-6443' },
      { operation: 'DescribeTags', 'ResourceArns.member.1': 'arn:lb', 'ResourceArns.member.2': 'arn:tg' },
    ]);
  });

  test('nothing is there', async () => {
    const { session, sent } = anAwsWire({
      DescribeLoadBalancers: [{ code: 'LoadBalancerNotFound' }],
      DescribeTargetGroups: [{ code: 'TargetGroupNotFound' }],
    });
    expect(await openBalancing(session).find(NAMES)).toEqual({ ok: true, value: {} });
    expect(sent).toHaveLength(2);
  });

  test('attributes, and what the listeners forward', async () => {
    const attributes = (key: string, value: string) =>
      `<Attributes><member><Key>${key}</Key><Value>${value}</Value></member></Attributes>`;
    const listener = (port: number, arn: string) =>
      `<member><Port>${port}</Port><DefaultActions><member><Type>forward</Type><TargetGroupArn>${arn}</TargetGroupArn></member></DefaultActions></member>`;
    const { session } = anAwsWire({
      DescribeLoadBalancerAttributes: [attributes('a', '1')],
      DescribeTargetGroupAttributes: [attributes('b', '2')],
      DescribeListeners: [`<Listeners>${listener(6443, 'arn:tg')}${listener(80, 'arn:other')}</Listeners>`],
    });
    expect(await openBalancing(session).details('arn:lb', 'arn:tg')).toEqual({
      ok: true,
      value: { balancer: { a: '1' }, targetGroup: { b: '2' }, ports: [6443] },
    });
  });
});

describe('making', () => {
  test('[A208] a network load balancer for the Internet, with a security group from the start', async () => {
    const { session, sent } = anAwsWire({ CreateLoadBalancer: [balancer] });
    const draft = {
      name: 'shop-api',
      subnetIds: ['subnet-a', 'subnet-b'],
      groupId: 'sg-1',
      tags: { Name: 'n' },
    };
    expect(await openBalancing(session).createBalancer(draft)).toEqual({
      ok: true,
      value: { arn: 'arn:lb', dnsName: 'shop.elb.test' },
    });
    expect(sent).toEqual([
      {
        operation: 'CreateLoadBalancer',
        Name: 'shop-api',
        Type: 'network',
        Scheme: 'internet-facing',
        IpAddressType: 'ipv4',
        'Subnets.member.1': 'subnet-a',
        'Subnets.member.2': 'subnet-b',
        'SecurityGroups.member.1': 'sg-1',
        'Tags.member.1.Key': 'Name',
        'Tags.member.1.Value': 'n',
      },
    ]);
  });

  test('a target group that asks the API servers themselves', async () => {
    const { session, sent } = anAwsWire({ CreateTargetGroup: [group] });
    const draft = { name: 'shop-api-6443', vpcId: 'vpc-1', port: 6443, tags: { Name: 'n' } };
    expect(await openBalancing(session).createTargetGroup(draft)).toEqual({ ok: true, value: 'arn:tg' });
    expect(sent).toEqual([
      {
        operation: 'CreateTargetGroup',
        Name: 'shop-api-6443',
        Protocol: 'TCP',
        Port: '6443',
        VpcId: 'vpc-1',
        TargetType: 'instance',
        HealthCheckEnabled: 'true',
        HealthCheckProtocol: 'HTTPS',
        HealthCheckPath: '/readyz',
        HealthCheckPort: 'traffic-port',
        HealthCheckIntervalSeconds: '10',
        HealthCheckTimeoutSeconds: '6',
        HealthyThresholdCount: '2',
        UnhealthyThresholdCount: '3',
        'Tags.member.1.Key': 'Name',
        'Tags.member.1.Value': 'n',
      },
    ]);
  });

  test('listener, attributes and subnets', async () => {
    const { session, sent } = anAwsWire();
    const elb = openBalancing(session);
    await elb.createListener('arn:lb', 'arn:tg', 6443);
    await elb.setBalancer('arn:lb', { a: '1' });
    await elb.setTargetGroup('arn:tg', { b: '2' });
    await elb.setSubnets('arn:lb', ['subnet-a']);
    expect(sent).toEqual([
      {
        operation: 'CreateListener',
        LoadBalancerArn: 'arn:lb',
        Protocol: 'TCP',
        Port: '6443',
        'DefaultActions.member.1.Type': 'forward',
        'DefaultActions.member.1.TargetGroupArn': 'arn:tg',
      },
      {
        operation: 'ModifyLoadBalancerAttributes',
        LoadBalancerArn: 'arn:lb',
        'Attributes.member.1.Key': 'a',
        'Attributes.member.1.Value': '1',
      },
      {
        operation: 'ModifyTargetGroupAttributes',
        TargetGroupArn: 'arn:tg',
        'Attributes.member.1.Key': 'b',
        'Attributes.member.1.Value': '2',
      },
      { operation: 'SetSubnets', LoadBalancerArn: 'arn:lb', 'Subnets.member.1': 'subnet-a' },
    ]);
  });

  test.each([
    ['TooManyLoadBalancers', 'QuotaExceeded'],
    ['DuplicateLoadBalancerName', 'Conflict'],
    ['SubnetNotFound', 'Conflict'],
    ['InvalidSubnet', 'InvalidRequest'],
  ])('%s: %s', async (code, expected) => {
    const { session } = anAwsWire({ CreateLoadBalancer: [{ code }] });
    const draft = { name: 'n', subnetIds: [], groupId: 'sg-1', tags: {} };
    expect(await openBalancing(session).createBalancer(draft)).toMatchObject({ error: { code: expected } });
  });
});

describe('removing', () => {
  test.each([
    ['LoadBalancerNotFound', { ok: true }],
    ['OperationNotPermitted', { ok: false, error: { code: 'InvalidRequest' } }],
  ])('the balancer: %s', async (code, expected) => {
    const { session } = anAwsWire({ DeleteLoadBalancer: [{ code }] });
    expect(await openBalancing(session).removeBalancer('arn:lb')).toMatchObject(expected);
  });
  test.each([
    ['TargetGroupNotFound', { ok: true }],
    ['ResourceInUse', { ok: false, error: { code: 'DependencyInUse' } }],
  ])('the target group: %s', async (code, expected) => {
    const { session } = anAwsWire({ DeleteTargetGroup: [{ code }] });
    expect(await openBalancing(session).removeTargetGroup('arn:tg')).toMatchObject(expected);
  });
});

test('balancers of a network with their tags, twenty at a time', async () => {
  const many = Array.from(
    { length: 21 },
    (_, i) =>
      `<member><LoadBalancerArn>arn:${i}</LoadBalancerArn><LoadBalancerName>n${i}</LoadBalancerName><VpcId>vpc-1</VpcId></member>`,
  );
  const elsewhere =
    '<member><LoadBalancerArn>arn:x</LoadBalancerArn><LoadBalancerName>x</LoadBalancerName><VpcId>vpc-2</VpcId></member>';
  const { session, sent } = anAwsWire({
    DescribeLoadBalancers: [`<LoadBalancers>${many.join('')}${elsewhere}</LoadBalancers>`],
    DescribeTags: [`<TagDescriptions>${tagsOf('arn:0')}</TagDescriptions>`],
  });
  const seen = await balancersIn(session.balancing, 'vpc-1');
  expect(seen.ok && seen.value).toHaveLength(21);
  expect(seen.ok && seen.value[0]).toEqual({
    arn: 'arn:0',
    name: 'n0',
    tags: { 'slipway:cluster-uid': 'u1' },
  });
  expect(sent.filter(({ operation }) => operation === 'DescribeTags')).toHaveLength(2);
});
