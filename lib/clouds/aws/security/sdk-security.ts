/** SecurityPort over EC2. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  type IpPermission,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { ok, type Result } from '../../../domain/errors.ts';
import { collect } from '../collect.ts';
import { settle } from '../errors.ts';
import { unlessAbsent, whenKnown } from '../network/ec2-outcomes.ts';
import type { AwsSession } from '../session.ts';
import { tagList, tagMap } from '../tags.ts';
import type { GroupDraft, GroupSeen, MemberSeen, Rule, RuleSeen, SecurityPort } from './port.ts';

/** Every rule of ours has it as its description; rules have tags, too, but not every EC2 shows them. */
const OURS = 'slipway';

export function openSecurity({ ec2 }: Pick<AwsSession, 'ec2'>): SecurityPort {
  return {
    groups: (names, vpcId) => describeGroups(ec2, names, vpcId),
    ingress: (groupIds) => describeIngress(ec2, groupIds),
    members: (groupIds) => describeMembers(ec2, groupIds),
    create: (draft) => createGroup(ec2, draft),
    async authorize(groupId, rules) {
      const command = new AuthorizeSecurityGroupIngressCommand({
        GroupId: groupId,
        IpPermissions: rules.map(permissionOf),
      });
      const done = await settle('ec2.authorizeSecurityGroupIngress', () => ec2.send(command));
      return done.ok ? ok(undefined) : whenKnown(done);
    },
    async revoke(groupId, ruleIds) {
      const command = new RevokeSecurityGroupIngressCommand({
        GroupId: groupId,
        SecurityGroupRuleIds: [...ruleIds],
      });
      return unlessAbsent(await settle('ec2.revokeSecurityGroupIngress', () => ec2.send(command)));
    },
    async remove(groupId) {
      const command = new DeleteSecurityGroupCommand({ GroupId: groupId });
      return unlessAbsent(await settle('ec2.deleteSecurityGroup', () => ec2.send(command)));
    },
  };
}

async function describeGroups(
  ec2: EC2Client,
  names: readonly string[],
  vpcId: string | undefined,
): Promise<Result<readonly GroupSeen[]>> {
  const inVpc = vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [vpcId] }];
  const Filters = [{ Name: 'group-name', Values: [...names] }, ...inVpc];
  const seen = await collect('ec2.describeSecurityGroups', async (NextToken) => {
    const page = await ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken }));
    return { items: page.SecurityGroups, next: page.NextToken };
  });
  if (!seen.ok) return seen;
  return ok(
    seen.value.map(({ GroupId = '', GroupName = '', Tags }) => ({
      id: GroupId,
      name: GroupName,
      tags: tagMap(Tags),
    })),
  );
}

async function describeIngress(
  ec2: EC2Client,
  groupIds: readonly string[],
): Promise<Result<readonly RuleSeen[]>> {
  if (groupIds.length === 0) return ok([]);
  const Filters = [{ Name: 'group-id', Values: [...groupIds] }];
  const seen = await collect('ec2.describeSecurityGroupRules', async (NextToken) => {
    const page = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters, NextToken }));
    return { items: page.SecurityGroupRules, next: page.NextToken };
  });
  return seen.ok ? ok(seen.value.filter((rule) => rule.IsEgress !== true).map(toRule)) : seen;
}

async function describeMembers(
  ec2: EC2Client,
  groupIds: readonly string[],
): Promise<Result<readonly MemberSeen[]>> {
  if (groupIds.length === 0) return ok([]);
  const Filters = [{ Name: 'group-id', Values: [...groupIds] }];
  const seen = await collect('ec2.describeNetworkInterfaces', async (NextToken) => {
    const page = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken }));
    return { items: page.NetworkInterfaces, next: page.NextToken };
  });
  if (!seen.ok) return seen;
  return ok(
    seen.value.map(({ NetworkInterfaceId = '', Description = '', RequesterManaged, TagSet }) => ({
      id: NetworkInterfaceId,
      description: Description,
      requesterManaged: RequesterManaged === true,
      tags: tagMap(TagSet),
    })),
  );
}

async function createGroup(ec2: EC2Client, draft: GroupDraft): Promise<Result<string>> {
  const command = new CreateSecurityGroupCommand({
    GroupName: draft.name,
    Description: draft.description,
    VpcId: draft.vpcId,
    TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(draft.tags) }],
  });
  const made = whenKnown(await settle('ec2.createSecurityGroup', () => ec2.send(command)));
  return made.ok ? ok(made.value.GroupId ?? '') : made;
}

function permissionOf({ protocol, from, to, source }: Rule): IpPermission {
  const what = { IpProtocol: protocol, FromPort: from, ToPort: to };
  return source.startsWith('sg-')
    ? { ...what, UserIdGroupPairs: [{ GroupId: source, Description: OURS }] }
    : { ...what, IpRanges: [{ CidrIp: source, Description: OURS }] };
}

function toRule(rule: SecurityGroupRule): RuleSeen {
  const { SecurityGroupRuleId = '', GroupId = '', IpProtocol = '', FromPort = -1, ToPort = -1 } = rule;
  const source = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.ReferencedGroupInfo?.GroupId ?? rule.PrefixListId;
  return {
    id: SecurityGroupRuleId,
    groupId: GroupId,
    protocol: IpProtocol,
    from: FromPort,
    to: ToPort,
    source: source ?? '',
    ours: rule.Description === OURS,
  };
}
