/** Where what Kubernetes made is looked for. */
import { expect, test } from '@jest/globals';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { openLeavings } from './sdk-leavings.ts';

const cluster = anAwsView();
const TAG = 'kubernetes.io/cluster/shop-111111';
const ec2Tags = (key: string, value: string) =>
  `<tagSet><item><key>${key}</key><value>${value}</value></item></tagSet>`;
const elb = (name: string) =>
  `<member><LoadBalancerArn>arn:${name}</LoadBalancerArn><LoadBalancerName>${name}</LoadBalancerName><VpcId>vpc-1</VpcId></member>`;

test('by the tag of Kubernetes, and by ours for interfaces', async () => {
  const { session, sent } = anAwsWire({
    DescribeLoadBalancers: [`<LoadBalancers>${elb('theirs')}${elb('ours')}</LoadBalancers>`],
    DescribeTags: [
      `<TagDescriptions><member><ResourceArn>arn:theirs</ResourceArn><Tags><member><Key>${TAG}</Key><Value>owned</Value></member></Tags></member></TagDescriptions>`,
    ],
    DescribeSecurityGroups: [
      `<securityGroupInfo><item><groupId>sg-k8s</groupId><groupName>k8s-elb-1</groupName>${ec2Tags(TAG, 'owned')}</item><item><groupId>sg-lb</groupId><groupName>shop-lb</groupName>${ec2Tags('slipway:cluster-uid', 'u1')}</item></securityGroupInfo>`,
    ],
    DescribeVolumes: [
      '<volumeSet><item><volumeId>vol-1</volumeId><status>available</status><availabilityZone>eu-central-1a</availabilityZone></item><item><volumeId>vol-2</volumeId><status>in-use</status></item><item><volumeId>vol-3</volumeId><status>deleting</status></item></volumeSet>',
    ],
    DescribeNetworkInterfaces: [
      `<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><status>available</status>${ec2Tags('Name', 'shop-0')}</item></networkInterfaceSet>`,
    ],
  });
  expect(await openLeavings(session).find({ cluster, vpcId: 'vpc-1' })).toEqual({
    ok: true,
    value: {
      balancers: [{ id: 'arn:theirs', name: 'theirs' }],
      targetGroups: [],
      groups: [{ id: 'sg-k8s', name: 'k8s-elb-1' }],
      volumes: [
        { id: 'vol-1', name: 'vol-1', inUse: false, zone: 'eu-central-1a' },
        { id: 'vol-2', name: 'vol-2', inUse: true },
      ],
      interfaces: [{ id: 'eni-1', name: 'shop-0', inUse: false }],
    },
  });
  const filters = Object.fromEntries(
    sent.map(({ operation, ...rest }) => [
      operation,
      [rest['Filter.1.Name'], rest['Filter.1.Value.1'], rest['Filter.2.Value.1']],
    ]),
  );
  expect(filters).toMatchObject({
    DescribeSecurityGroups: [`tag:${TAG}`, 'owned', 'vpc-1'],
    DescribeVolumes: [`tag:${TAG}`, 'owned', undefined],
    DescribeNetworkInterfaces: ['tag:slipway:cluster-uid', cluster.id, undefined],
  });
});

test('classic load balancers, too, by their name', async () => {
  const described = (name: string) =>
    `<member><LoadBalancerName>${name}</LoadBalancerName><VPCId>vpc-1</VPCId></member>`;
  const tagged = (name: string, value: string) =>
    `<member><LoadBalancerName>${name}</LoadBalancerName><Tags><member><Key>${TAG}</Key><Value>${value}</Value></member></Tags></member>`;
  const { session } = anAwsWire({
    DescribeLoadBalancers: [
      '<LoadBalancers></LoadBalancers>',
      `<LoadBalancerDescriptions>${described('a1')}${described('a2')}</LoadBalancerDescriptions>`,
    ],
    DescribeTags: [`<TagDescriptions>${tagged('a1', 'owned')}${tagged('a2', 'shared')}</TagDescriptions>`],
  });
  expect(await openLeavings(session).find({ cluster, vpcId: 'vpc-1' })).toMatchObject({
    value: { balancers: [{ id: 'a1', name: 'a1', isClassic: true }] },
  });
});

test('without a network nothing can have been made', async () => {
  const { session, sent } = anAwsWire();
  expect(await openLeavings(session).find({ cluster })).toEqual({
    ok: true,
    value: { balancers: [], targetGroups: [], groups: [], volumes: [], interfaces: [] },
  });
  expect(sent).toEqual([]);
});

test.each([
  'DescribeLoadBalancers',
  'DescribeTargetGroups',
  'DescribeSecurityGroups',
  'DescribeVolumes',
  'DescribeNetworkInterfaces',
])('%s refused: nothing is believed', async (operation) => {
  const { session } = anAwsWire({ [operation]: [{ code: 'UnauthorizedOperation', status: 403 }] });
  expect(await openLeavings(session).find({ cluster, vpcId: 'vpc-1' })).toMatchObject({
    ok: false,
    error: { code: 'Unauthorized' },
  });
});

test('removal; absent is a success', async () => {
  const { session, sent } = anAwsWire({
    DeleteVolume: [{ code: 'InvalidVolume.NotFound' }],
    DeleteNetworkInterface: [{ code: 'InvalidNetworkInterface.InUse' }],
    DeleteLoadBalancer: [{ code: 'LoadBalancerNotFound' }],
  });
  const leavings = openLeavings(session);
  expect(await leavings.removeVolume('vol-1')).toEqual({ ok: true, value: undefined });
  expect(await leavings.removeInterface('eni-1')).toMatchObject({
    ok: false,
    error: { code: 'DependencyInUse' },
  });
  expect(await leavings.removeClassicBalancer('a1')).toEqual({ ok: true, value: undefined });
  expect(sent).toEqual([
    { operation: 'DeleteVolume', VolumeId: 'vol-1' },
    { operation: 'DeleteNetworkInterface', NetworkInterfaceId: 'eni-1' },
    { operation: 'DeleteLoadBalancer', LoadBalancerName: 'a1' },
  ]);
});
