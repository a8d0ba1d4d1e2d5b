/** What carries a cluster's uid: found kind by kind, removed by id, tagged in place. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { type Answer, anAwsWire } from '../../../../test/builders/aws-wire.ts';
import type { OwnedResource } from '../../port.ts';
import { deleteTagged, listTagged } from './account-wide.ts';
import { openOwned } from './sdk-owned.ts';

const cluster = anAwsView();
const UID = cluster.id;
const mine = `<tagSet><item><key>slipway:cluster-uid</key><value>${UID}</value></item><item><key>Name</key><value>n</value></item></tagSet>`;
const others = '<tagSet><item><key>slipway:cluster-uid</key><value>other</value></item></tagSet>';
const member = `<member><Key>slipway:cluster-uid</Key><Value>${UID}</Value></member>`;

const EVERYTHING: Readonly<Record<string, readonly Answer[]>> = {
  DescribeInstances: [
    `<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><instanceState><name>running</name></instanceState>${mine}</item><item><instanceId>i-2</instanceId><instanceState><name>terminated</name></instanceState>${mine}</item></instancesSet></item></reservationSet>`,
  ],
  DescribeVolumes: [
    `<volumeSet><item><volumeId>vol-1</volumeId>${mine}</item><item><volumeId>vol-2</volumeId><status>deleting</status>${mine}</item></volumeSet>`,
  ],
  DescribeNetworkInterfaces: [
    `<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId>${mine}</item></networkInterfaceSet>`,
  ],
  DescribeSecurityGroups: [
    `<securityGroupInfo><item><groupId>sg-1</groupId>${mine}</item><item><groupId>sg-9</groupId>${others}</item></securityGroupInfo>`,
  ],
  DescribeVpcs: [`<vpcSet><item><vpcId>vpc-1</vpcId>${mine}</item></vpcSet>`],
  DescribeNatGateways: [
    `<natGatewaySet><item><natGatewayId>nat-1</natGatewayId><state>failed</state>${mine}</item><item><natGatewayId>nat-2</natGatewayId><state>deleted</state>${mine}</item></natGatewaySet>`,
  ],
};
const NAMED: Readonly<Record<string, readonly Answer[]>> = {
  DescribeLoadBalancers: [
    '<LoadBalancers><member><LoadBalancerArn>arn:lb</LoadBalancerArn></member></LoadBalancers>',
  ],
  DescribeTags: [
    `<TagDescriptions><member><ResourceArn>arn:lb</ResourceArn><Tags>${member}</Tags></member></TagDescriptions>`,
  ],
  GetRole: [
    `<Role><Tags>${member}</Tags></Role>`,
    '<Role><Tags><member><Key>slipway:cluster-uid</Key><Value>other</Value></member></Tags></Role>',
  ],
  GetInstanceProfile: [
    { code: 'NoSuchEntity', status: 404 },
    `<InstanceProfile><Tags>${member}</Tags></InstanceProfile>`,
  ],
  ListSecrets: [{ SecretList: [{ Name: 'slip/shop-111111/a' }, { Name: 'slip/shop-1111112/b' }] }],
};

test("one cluster's resources, without what has ended and what is somebody else's", async () => {
  const { session } = anAwsWire({ ...EVERYTHING, ...NAMED });
  const seen = await openOwned(session, cluster).list();
  expect(seen.ok && seen.value.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual([
    'AWS::EC2::Instance i-1',
    'AWS::EC2::NatGateway nat-1',
    'AWS::EC2::NetworkInterface eni-1',
    'AWS::EC2::SecurityGroup sg-1',
    'AWS::EC2::VPC vpc-1',
    'AWS::EC2::Volume vol-1',
    'AWS::ElasticLoadBalancingV2::LoadBalancer arn:lb',
    'AWS::IAM::InstanceProfile slip-shop-111111-node',
    'AWS::IAM::Role slip-shop-111111-controlplane',
    'AWS::SecretsManager::Secret slip/shop-111111/a',
  ]);
  expect(seen.ok && new Set(seen.value.map(({ clusterUid }) => clusterUid))).toEqual(new Set([UID]));
});

test.each(['DescribeInstances', 'DescribeVpcs', 'DescribeTargetGroups', 'GetInstanceProfile', 'ListSecrets'])(
  '%s refused: nothing is believed',
  async (operation) => {
    const { session } = anAwsWire({ [operation]: [{ code: 'AccessDenied', status: 403 }] });
    expect(await openOwned(session, cluster).list()).toMatchObject({
      ok: false,
      error: { code: 'Unauthorized' },
    });
  },
);

describe('removing', () => {
  const removed = async (
    kind: string,
    id: string,
    answers: Readonly<Record<string, readonly Answer[]>> = {},
  ) => {
    const { session, sent } = anAwsWire(answers);
    const done = await openOwned(session, cluster).remove({ kind, id, name: id, clusterUid: UID });
    return { done, calls: sent.map(({ operation }) => operation) };
  };
  test.each([
    ['AWS::EC2::Instance', ['TerminateInstances']],
    ['AWS::EC2::Volume', ['DeleteVolume']],
    ['AWS::EC2::NetworkInterface', ['DeleteNetworkInterface']],
    ['AWS::EC2::SecurityGroup', ['DescribeSecurityGroupRules', 'DeleteSecurityGroup']],
    ['AWS::EC2::RouteTable', ['DeleteRouteTable']],
    ['AWS::EC2::Subnet', ['DeleteSubnet']],
    ['AWS::EC2::NatGateway', ['DeleteNatGateway']],
    ['AWS::EC2::EIP', ['ReleaseAddress']],
    ['AWS::EC2::VPC', ['DeleteVpc']],
    ['AWS::EC2::InternetGateway', ['DescribeInternetGateways', 'DeleteInternetGateway']],
    ['AWS::ElasticLoadBalancingV2::LoadBalancer', ['DeleteLoadBalancer']],
    ['AWS::ElasticLoadBalancingV2::TargetGroup', ['DeleteTargetGroup']],
    [
      'AWS::IAM::Role',
      ['ListRolePolicies', 'RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile', 'DeleteRole'],
    ],
    ['AWS::SecretsManager::Secret', ['DeleteSecret']],
    ['AWS::S3::Bucket', []],
  ])('%s', async (kind, calls) => {
    expect(await removed(kind, 'id-1')).toEqual({ done: { ok: true, value: undefined }, calls });
  });

  test('a gateway is taken off its network, a group loses its rules', async () => {
    const attached = `<internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId><attachmentSet><item><vpcId>vpc-1</vpcId><state>available</state></item></attachmentSet>${mine}</item></internetGatewaySet>`;
    const gateway = await removed('AWS::EC2::InternetGateway', 'igw-1', {
      DescribeInternetGateways: [attached],
    });
    expect(gateway.calls).toEqual([
      'DescribeInternetGateways',
      'DetachInternetGateway',
      'DeleteInternetGateway',
    ]);
    const rules =
      '<securityGroupRuleSet><item><securityGroupRuleId>sgr-1</securityGroupRuleId></item></securityGroupRuleSet>';
    const group = await removed('AWS::EC2::SecurityGroup', 'sg-1', { DescribeSecurityGroupRules: [rules] });
    expect(group.calls).toEqual([
      'DescribeSecurityGroupRules',
      'RevokeSecurityGroupIngress',
      'DeleteSecurityGroup',
    ]);
  });
});

describe('tags in place', () => {
  const of = (kind: string, id: string): OwnedResource => ({ kind, id, name: id, clusterUid: UID });
  const resources = [
    of('AWS::EC2::VPC', 'vpc-1'),
    of('AWS::EC2::Instance', 'i-1'),
    of('AWS::ElasticLoadBalancingV2::LoadBalancer', 'arn:lb'),
    of('AWS::IAM::Role', 'r'),
    of('AWS::IAM::InstanceProfile', 'p'),
    of('AWS::SecretsManager::Secret', 's'),
  ];
  test('[A182] as few requests as the services take', async () => {
    const { session, sent } = anAwsWire();
    const change = { put: { team: 'b' }, take: { cost: '1' } };
    expect(await openOwned(session, cluster).retag(resources, change)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(sent).toEqual([
      {
        operation: 'CreateTags',
        'ResourceId.1': 'vpc-1',
        'ResourceId.2': 'i-1',
        'Tag.1.Key': 'team',
        'Tag.1.Value': 'b',
      },
      {
        operation: 'DeleteTags',
        'ResourceId.1': 'vpc-1',
        'ResourceId.2': 'i-1',
        'Tag.1.Key': 'cost',
        'Tag.1.Value': '1',
      },
      {
        operation: 'AddTags',
        'ResourceArns.member.1': 'arn:lb',
        'Tags.member.1.Key': 'team',
        'Tags.member.1.Value': 'b',
      },
      { operation: 'RemoveTags', 'ResourceArns.member.1': 'arn:lb', 'TagKeys.member.1': 'cost' },
      { operation: 'TagRole', RoleName: 'r', 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'b' },
      { operation: 'UntagRole', RoleName: 'r', 'TagKeys.member.1': 'cost' },
      {
        operation: 'TagInstanceProfile',
        InstanceProfileName: 'p',
        'Tags.member.1.Key': 'team',
        'Tags.member.1.Value': 'b',
      },
      { operation: 'UntagInstanceProfile', InstanceProfileName: 'p', 'TagKeys.member.1': 'cost' },
    ]);
  });

  test('nothing to take, nothing to say', async () => {
    const { session, sent } = anAwsWire();
    await openOwned(session, cluster).retag(resources, { put: { team: 'b' }, take: {} });
    expect(sent.map(({ operation }) => operation)).toEqual([
      'CreateTags',
      'AddTags',
      'TagRole',
      'TagInstanceProfile',
    ]);
  });
});

describe('over a whole account', () => {
  const regions =
    '<regionInfo><item><regionName>eu-central-1</regionName></item><item><regionName>eu-west-1</regionName></item></regionInfo>';
  const tag = (type: string, id: string) =>
    `<item><resourceId>${id}</resourceId><resourceType>${type}</resourceType><key>slipway:cluster-uid</key><value>${UID}</value></item>`;

  function account(there: Readonly<Record<string, readonly Answer[]>>) {
    const wires = {
      'us-east-1': anAwsWire({ DescribeRegions: [regions] }),
      'eu-central-1': anAwsWire(there),
      'eu-west-1': anAwsWire(),
    };
    const asked: string[] = [];
    const open = (region: string) => {
      asked.push(region);
      const wire = wires[region as keyof typeof wires];
      return wire.session;
    };
    return { open, asked, wires };
  }

  test('region by region; tags only tell where to look', async () => {
    const { open, wires } = account({
      ...EVERYTHING,
      DescribeTags: [
        `<tagSet>${tag('instance', 'i-1')}${tag('instance', 'i-long-gone')}</tagSet>`,
        `<TagDescriptions><member><ResourceArn>arn:lb</ResourceArn><Tags>${member}</Tags></member></TagDescriptions>`,
      ],
      DescribeLoadBalancers: [
        '<LoadBalancers><member><LoadBalancerArn>arn:lb</LoadBalancerArn><LoadBalancerName>shop-api</LoadBalancerName></member></LoadBalancers>',
      ],
      ListSecrets: [
        {
          SecretList: [
            { Name: 'slip/a', Tags: [{ Key: 'slipway:cluster-uid', Value: UID }] },
            { Name: 'slip/b' },
          ],
        },
      ],
    });
    const seen = await listTagged(open);
    expect(seen.ok && seen.value.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual([
      'AWS::EC2::Instance eu-central-1/i-1',
      'AWS::EC2::NatGateway eu-central-1/nat-1',
      'AWS::EC2::NetworkInterface eu-central-1/eni-1',
      'AWS::EC2::SecurityGroup eu-central-1/sg-1',
      'AWS::EC2::VPC eu-central-1/vpc-1',
      'AWS::EC2::Volume eu-central-1/vol-1',
      'AWS::ElasticLoadBalancingV2::LoadBalancer eu-central-1/arn:lb',
      'AWS::SecretsManager::Secret eu-central-1/slip/a',
    ]);
    expect(wires['eu-west-1'].sent.map(({ operation }) => operation)).toEqual(['DescribeTags']);
  });

  test.each([
    [
      'closed to everybody: nothing of ours is there',
      { code: 'UnauthorizedOperation', status: 403 },
      { ok: true, value: [] },
    ],
    ['silent: nothing is believed', { code: 'InternalError', status: 500 }, { ok: false }],
  ])('a region that is %s', async (_title, answer, expected) => {
    expect(await listTagged(account({ DescribeTags: [answer] }).open)).toMatchObject(expected);
  });

  test('what is removed is removed where it is', async () => {
    const { open, asked, wires } = account({});
    const secret = { kind: 'AWS::SecretsManager::Secret', name: 's', clusterUid: UID };
    await deleteTagged(open, { ...secret, id: 'eu-west-1/slip/a/b' });
    expect(asked).toEqual(['eu-west-1']);
    expect(wires['eu-west-1'].sent).toEqual([
      { operation: 'DeleteSecret', SecretId: 'slip/a/b', ForceDeleteWithoutRecovery: true },
    ]);
  });
});
