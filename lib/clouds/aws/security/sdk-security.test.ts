/** What is said to EC2 about security groups, parameter by parameter. */
import { expect, test } from '@jest/globals';
import { anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { openSecurity } from './sdk-security.ts';

test('groups are looked up by name in their network', async () => {
  const group =
    '<item><groupId>sg-1</groupId><groupName>shop-node</groupName><tagSet><item><key>a</key><value>b</value></item></tagSet></item>';
  const { session, sent } = anAwsWire({
    DescribeSecurityGroups: [`<securityGroupInfo>${group}</securityGroupInfo>`],
  });
  expect(await openSecurity(session).groups(['shop-node', 'shop-lb'], 'vpc-1')).toEqual({
    ok: true,
    value: [{ id: 'sg-1', name: 'shop-node', tags: { a: 'b' } }],
  });
  expect(sent).toEqual([
    {
      operation: 'DescribeSecurityGroups',
      'Filter.1.Name': 'group-name',
      'Filter.1.Value.1': 'shop-node',
      'Filter.1.Value.2': 'shop-lb',
      'Filter.2.Name': 'vpc-id',
      'Filter.2.Value.1': 'vpc-1',
    },
  ]);
});

test('a group is made with its tags in the same request', async () => {
  const { session, sent } = anAwsWire({ CreateSecurityGroup: ['<groupId>sg-1</groupId>'] });
  const draft = { name: 'shop-node', description: 'd', vpcId: 'vpc-1', tags: { Name: 'shop-node' } };
  expect(await openSecurity(session).create(draft)).toEqual({ ok: true, value: 'sg-1' });
  expect(sent).toEqual([
    {
      operation: 'CreateSecurityGroup',
      GroupName: 'shop-node',
      GroupDescription: 'd',
      VpcId: 'vpc-1',
      'TagSpecification.1.ResourceType': 'security-group',
      'TagSpecification.1.Tag.1.Key': 'Name',
      'TagSpecification.1.Tag.1.Value': 'shop-node',
    },
  ]);
});

test('all rules of a group go in one request, ranges and groups alike', async () => {
  const { session, sent } = anAwsWire();
  await openSecurity(session).authorize('sg-1', [
    { protocol: 'tcp', from: 6443, to: 6443, source: '0.0.0.0/0' },
    { protocol: 'udp', from: 8472, to: 8472, source: 'sg-2' },
  ]);
  expect(sent).toEqual([
    {
      operation: 'AuthorizeSecurityGroupIngress',
      GroupId: 'sg-1',
      'IpPermissions.1.IpProtocol': 'tcp',
      'IpPermissions.1.FromPort': '6443',
      'IpPermissions.1.ToPort': '6443',
      'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0',
      'IpPermissions.1.IpRanges.1.Description': 'slipway',
      'IpPermissions.2.IpProtocol': 'udp',
      'IpPermissions.2.FromPort': '8472',
      'IpPermissions.2.ToPort': '8472',
      'IpPermissions.2.Groups.1.GroupId': 'sg-2',
      'IpPermissions.2.Groups.1.Description': 'slipway',
    },
  ]);
});

test('rules that were there, whose they are, and pages of them', async () => {
  const rule = (id: string, more: string) =>
    `<item><securityGroupRuleId>${id}</securityGroupRuleId><groupId>sg-1</groupId><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort>${more}</item>`;
  const { session, sent } = anAwsWire({
    DescribeSecurityGroupRules: [
      `<securityGroupRuleSet>${rule('sgr-1', '<isEgress>false</isEgress><cidrIpv4>10.0.0.0/8</cidrIpv4>')}${rule('sgr-2', '<isEgress>true</isEgress><cidrIpv4>0.0.0.0/0</cidrIpv4>')}</securityGroupRuleSet><nextToken>more</nextToken>`,
      `<securityGroupRuleSet>${rule('sgr-3', '<isEgress>false</isEgress><description>slipway</description><referencedGroupInfo><groupId>sg-2</groupId></referencedGroupInfo>')}</securityGroupRuleSet><nextToken></nextToken>`,
    ],
  });
  const port = { groupId: 'sg-1', protocol: 'tcp', from: 22, to: 22 };
  expect(await openSecurity(session).ingress(['sg-1'])).toEqual({
    ok: true,
    value: [
      { id: 'sgr-1', ...port, source: '10.0.0.0/8', ours: false },
      { id: 'sgr-3', ...port, source: 'sg-2', ours: true },
    ],
  });
  expect(sent.map(({ NextToken }) => NextToken)).toEqual([undefined, 'more']);
});

test('no group, no question', async () => {
  const { session, sent } = anAwsWire();
  expect(await openSecurity(session).ingress([])).toEqual({ ok: true, value: [] });
  expect(await openSecurity(session).members([])).toEqual({ ok: true, value: [] });
  expect(sent).toEqual([]);
});

test.each([
  ['InvalidGroup.Duplicate', 'create', 'Conflict'],
  ['InvalidVpcID.NotFound', 'create', 'Conflict'],
  ['SecurityGroupLimitExceeded', 'create', 'QuotaExceeded'],
] as const)('%s while creating is %s %s', async (code, _call, expected) => {
  const { session } = anAwsWire({ CreateSecurityGroup: [{ code }] });
  const made = await openSecurity(session).create({ name: 'n', description: 'd', vpcId: 'v', tags: {} });
  expect(made).toMatchObject({ ok: false, error: { code: expected } });
});

test.each([
  ['InvalidGroup.NotFound', { ok: true }],
  ['DependencyViolation', { ok: false, error: { code: 'DependencyInUse' } }],
])('%s while deleting', async (code, expected) => {
  const { session } = anAwsWire({ DeleteSecurityGroup: [{ code }] });
  expect(await openSecurity(session).remove('sg-1')).toMatchObject(expected);
});
