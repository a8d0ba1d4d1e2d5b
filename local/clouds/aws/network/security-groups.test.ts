/** Security groups and their rules, and the interfaces that carry them. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { awsHarness, refusal } from '../harness.ts';
import { ANYWHERE, aGroup, aNetwork, aSubnet, aVpc, given, letIn, tcp } from '../harness-network.ts';

const remove = (ec2: EC2Client, GroupId: string) => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));

describe('groups', () => {
  test('let everything out and nothing in', async () => {
    const { ec2 } = awsHarness();
    const GroupId = await aGroup(ec2, await aVpc(ec2), 'nodes');
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    expect(SecurityGroups).toMatchObject([
      { IpPermissions: [], IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: ANYWHERE }] }] },
    ]);
  });

  test.each([
    ['a name that is taken', 'nodes', 'InvalidGroup.Duplicate'],
    ['the name of the default group', 'default', 'InvalidGroup.Reserved'],
    ['a name like an id', 'sg-nodes', 'InvalidParameterValue'],
    ['a name with other characters', 'nodes?', 'InvalidParameterValue'],
  ])('do not have %s', async (_words, name, code) => {
    const { ec2 } = awsHarness();
    const vpcId = await aVpc(ec2);
    await aGroup(ec2, vpcId, 'nodes');
    expect(await refusal(aGroup(ec2, vpcId, name))).toBe(code);
  });

  test('of the same name are in different networks', async () => {
    const { ec2 } = awsHarness();
    await aGroup(ec2, await aVpc(ec2), 'nodes');
    expect(await aGroup(ec2, await aVpc(ec2), 'nodes')).toMatch(/^sg-[0-9a-f]{17}$/);
  });

  test('need a network and a description', async () => {
    const { ec2 } = awsHarness();
    const create = (input: object) =>
      ec2.send(new CreateSecurityGroupCommand({ GroupName: 'nodes', Description: 'x', ...input }));
    expect(await refusal(create({}))).toBe('VPCIdNotSpecified');
    expect(await refusal(create({ Description: undefined }))).toBe('MissingParameter');
  });

  test('stay while a rule of another group names them, or an interface has them', async () => {
    const { ec2 } = awsHarness();
    const vpcId = await aVpc(ec2);
    const [nodes, balancer] = [await aGroup(ec2, vpcId, 'nodes'), await aGroup(ec2, vpcId, 'balancer')];
    await letIn(ec2, nodes, tcp(6443, { group: balancer }));
    expect(await refusal(remove(ec2, balancer))).toBe('DependencyViolation');
    const SubnetId = await aSubnet(ec2, vpcId, '10.0.0.0/20');
    const { NetworkInterface } = await ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId, Groups: [nodes] }),
    );
    expect(await refusal(remove(ec2, nodes))).toBe('DependencyViolation');
    const { NetworkInterfaceId } = given(NetworkInterface);
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    await remove(ec2, nodes);
    await remove(ec2, balancer);
  });

  test('the default one goes only with its network', async () => {
    const { ec2 } = awsHarness();
    await aVpc(ec2);
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    expect(await refusal(remove(ec2, given(SecurityGroups?.[0]?.GroupId)))).toBe('CannotDelete');
  });
});

describe('rules', () => {
  test('are there once; one duplicate refuses all of a request', async () => {
    const { ec2 } = awsHarness();
    const group = await aGroup(ec2, await aVpc(ec2), 'nodes');
    await letIn(ec2, group, tcp(22, { cidr: '10.0.0.7/16' }));
    const again = letIn(ec2, group, tcp(80, { cidr: ANYWHERE }), tcp(22, { cidr: '10.0.0.0/16' }));
    expect(await refusal(again)).toBe('InvalidPermission.Duplicate');
    const { SecurityGroupRules } = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }),
    );
    const ingress = SecurityGroupRules?.filter(({ IsEgress }) => !IsEgress);
    expect(ingress).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '10.0.0.0/16', GroupId: group },
    ]);
  });

  test('say what they are for, and name groups of their own network', async () => {
    const { ec2 } = awsHarness();
    const vpcId = await aVpc(ec2);
    const [nodes, balancer] = [await aGroup(ec2, vpcId, 'nodes'), await aGroup(ec2, vpcId, 'balancer')];
    const { SecurityGroupRules } = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: nodes,
        IpPermissions: [
          { IpProtocol: '4', UserIdGroupPairs: [{ GroupId: balancer, Description: 'tunnels' }] },
        ],
      }),
    );
    expect(SecurityGroupRules).toMatchObject([
      { IpProtocol: '4', FromPort: -1, Description: 'tunnels', ReferencedGroupInfo: { GroupId: balancer } },
    ]);
    const foreign = await aGroup(ec2, await aVpc(ec2), 'nodes');
    expect(await refusal(letIn(ec2, nodes, tcp(1, { group: foreign })))).toBe('InvalidGroup.NotFound');
  });

  test.each([
    ['no port', { IpProtocol: 'tcp', IpRanges: [{ CidrIp: ANYWHERE }] }, 'MissingParameter'],
    ['ports in the wrong order', { ...tcp(1, { cidr: ANYWHERE }), FromPort: 9 }, 'InvalidParameterValue'],
    ['a range that is none', tcp(1, { cidr: '10.0.0.0' }), 'InvalidParameterValue'],
    ['no peer', tcp(1, {}), 'MissingParameter'],
    ['no protocol', { ...tcp(1, { cidr: ANYWHERE }), IpProtocol: 'carrier-pigeon' }, 'InvalidParameterValue'],
  ])('are refused with %s', async (_words, permission, code) => {
    const { ec2 } = awsHarness();
    const group = await aGroup(ec2, await aVpc(ec2), 'nodes');
    expect(await refusal(letIn(ec2, group, permission))).toBe(code);
  });

  test('are few', async () => {
    const { ec2, simulator } = awsHarness();
    simulator.addFault({ fault: 'quota', name: 'rulesPerSecurityGroup', limit: 1 });
    const group = await aGroup(ec2, await aVpc(ec2), 'nodes');
    const two = letIn(ec2, group, tcp(1, { cidr: ANYWHERE }), tcp(2, { cidr: ANYWHERE }));
    expect(await refusal(two)).toBe('RulesPerSecurityGroupLimitExceeded');
  });

  test('are revoked by what they say or by id, once', async () => {
    const { ec2 } = awsHarness();
    const GroupId = await aGroup(ec2, await aVpc(ec2), 'nodes');
    await letIn(ec2, GroupId, tcp(1, { cidr: ANYWHERE }), tcp(2, { cidr: ANYWHERE }));
    const revoke = (what: object) => ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, ...what }));
    const first = { IpPermissions: [tcp(1, { cidr: ANYWHERE })] };
    await revoke(first);
    expect(await refusal(revoke(first))).toBe('InvalidPermission.NotFound');
    const { SecurityGroupRules } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
    const ids = SecurityGroupRules?.filter((rule) => rule.GroupId === GroupId && !rule.IsEgress);
    const second = {
      SecurityGroupRuleIds: ids?.map(({ SecurityGroupRuleId }) => given(SecurityGroupRuleId)),
    };
    await revoke(second);
    expect(await refusal(revoke(second))).toBe('InvalidSecurityGroupRuleId.NotFound');
  });
});

describe('interfaces', () => {
  test('of services cannot be deleted, those in use neither', async () => {
    const harness = awsHarness();
    const { ec2 } = harness;
    await aNetwork(harness);
    const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({}));
    expect(NetworkInterfaces).toMatchObject([
      { InterfaceType: 'nat_gateway', RequesterManaged: true, Status: 'in-use', Groups: [] },
    ]);
    const { NetworkInterfaceId } = given(NetworkInterfaces?.[0]);
    expect(await refusal(ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })))).toBe(
      'AuthFailure',
    );
  });

  test('have the groups that they are given, of their network and no more than five', async () => {
    const { ec2 } = awsHarness();
    const vpcId = await aVpc(ec2);
    const SubnetId = await aSubnet(ec2, vpcId, '10.0.0.0/20');
    const made = await ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: '10.0.0.10' }),
    );
    expect(made.NetworkInterface).toMatchObject({
      PrivateIpAddress: '10.0.0.10',
      PrivateDnsName: 'ip-10-0-0-10.eu-central-1.compute.internal',
      Status: 'available',
      Groups: [{ GroupName: 'default' }],
    });
    const { NetworkInterfaceId } = given(made.NetworkInterface);
    const set = (Groups: string[]) =>
      ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups }));
    const groups: string[] = [];
    for (let count = 0; count < 6; count += 1) groups.push(await aGroup(ec2, vpcId, `g${count}`));
    expect(await refusal(set(groups))).toBe('SecurityGroupsPerInterfaceLimitExceeded');
    await set(groups.slice(1));
    const taken = new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: '10.0.0.10' });
    expect(await refusal(ec2.send(taken))).toBe('InvalidIPAddress.InUse');
    const outside = new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: '10.0.0.2' });
    expect(await refusal(ec2.send(outside))).toBe('InvalidParameterValue');
    const foreign = await aGroup(ec2, await aVpc(ec2), 'other');
    expect(await refusal(set([foreign]))).toBe('InvalidParameter');
  });
});
