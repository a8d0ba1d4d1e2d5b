/** Rules of security groups: each once, few enough, and with peers that exist. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault, missing } from '../core/fault.ts';
import { newId } from '../core/ids.ts';
import { type Operations, operation, type Reply } from '../core/operation.ts';
import { list, paged, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { born, describe, find, peek, put, retire } from '../core/shelf.ts';
import { specifiedTags, type Tags, tagSet } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { rulesOf } from './group-store.ts';
import { SECURITY_GROUP, SECURITY_GROUP_RULE } from './kinds.ts';
import type { RuleBody, SecurityGroup, SecurityGroupRule } from './model.ts';
import { IpPermission, peerText, type RuleInput, rulesIn, sameRule } from './rule-input.ts';

function view(world: World, rule: SecurityGroupRule) {
  const { id, groupId, account, region, isEgress, protocol, fromPort, toPort, peer, description, tags } =
    rule;
  return {
    securityGroupRuleId: id,
    securityGroupRuleArn: `arn:aws:ec2:${region}:${account}:security-group-rule/${id}`,
    groupId,
    groupOwnerId: account,
    isEgress,
    ipProtocol: protocol,
    fromPort,
    toPort,
    cidrIpv4: peer.kind === 'cidr' ? peer.cidr : undefined,
    cidrIpv6: peer.kind === 'cidr6' ? peer.cidr : undefined,
    referencedGroupInfo:
      peer.kind === 'group'
        ? { groupId: peer.groupId, userId: account, vpcId: peek(world, SECURITY_GROUP, peer.groupId)?.vpcId }
        : undefined,
    description,
    tagSet: tagSet(tags),
  };
}

function words({ protocol, fromPort, toPort, peer }: RuleBody): string {
  const ports = protocol === '-1' ? '' : `from port: ${fromPort}, to port: ${toPort}, `;
  const name = protocol === '-1' ? 'ALL' : protocol.toUpperCase();
  return `"peer: ${peerText(peer)}, ${name}, ${ports}ALLOW"`;
}

interface Addition {
  readonly group: SecurityGroup;
  readonly isEgress: boolean;
  readonly rules: readonly RuleInput[];
  readonly tags: Tags;
}

/** All or none of them. */
function authorize(
  world: World,
  call: Call,
  { group, isEgress, rules, tags }: Addition,
): readonly SecurityGroupRule[] {
  const known = rulesOf(world, group).filter((rule) => rule.isEgress === isEgress);
  for (const [position, { body }] of rules.entries()) {
    if (body.peer.kind === 'group') checkPeerGroup(world, call, group, body.peer.groupId);
    const before = rules.slice(0, position).map((each) => each.body);
    if ([...known, ...before].some((each) => sameRule(each, body)))
      throw new AwsFault('InvalidPermission.Duplicate', `the specified rule ${words(body)} already exists`);
  }
  if (known.length + rules.length > quota(world, call, 'rulesPerSecurityGroup'))
    throw new AwsFault(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
  return rules.map(({ body, description }) => {
    const rule: SecurityGroupRule = {
      ...born(call, newId(world, 'sgr'), tags),
      ...body,
      groupId: group.id,
      ...(description === undefined ? {} : { description }),
    };
    put(world, SECURITY_GROUP_RULE, rule);
    return rule;
  });
}

function checkPeerGroup(world: World, call: Call, group: SecurityGroup, peerId: string): void {
  const peer = find(world, call, SECURITY_GROUP, peerId);
  if (peer.vpcId !== group.vpcId)
    throw new AwsFault(
      'InvalidGroup.NotFound',
      `You have specified two resources that belong to different networks: ${group.id}, ${peerId}`,
    );
}

function revoke(world: World, call: Call, rules: readonly SecurityGroupRule[]): void {
  for (const rule of rules) retire(world, SECURITY_GROUP_RULE, rule, call.nowMs);
}

function matching(
  world: World,
  group: SecurityGroup,
  wanted: readonly RuleInput[],
): readonly SecurityGroupRule[] {
  const known = rulesOf(world, group);
  return wanted.map(({ body }) => {
    const found = known.find((rule) => sameRule(rule, body));
    if (found) return found;
    throw new AwsFault(
      'InvalidPermission.NotFound',
      'The specified rule does not exist in this security group.',
    );
  });
}

function named(world: World, call: Call, group: SecurityGroup, ids: readonly string[], isEgress: boolean) {
  return ids.map((id) => {
    const rule = find(world, call, SECURITY_GROUP_RULE, id);
    if (rule.groupId === group.id && rule.isEgress === isEgress) return rule;
    throw new AwsFault(
      SECURITY_GROUP_RULE.notFound,
      `The security group rule ID '${id}' does not exist in ${group.id}`,
    );
  });
}

const authorizing = (isEgress: boolean) =>
  operation({
    input: z.strictObject({
      GroupId: text,
      IpPermissions: list(IpPermission),
      TagSpecification: tagSpecifications,
    }),
    handle(world, call): Reply {
      const { GroupId, IpPermissions, TagSpecification } = call.params;
      const group = find(world, call, SECURITY_GROUP, GroupId);
      if (IpPermissions.length === 0) throw missing('ipPermissions');
      const tags = specifiedTags(TagSpecification, 'security-group-rule');
      const rules = IpPermissions.flatMap((permission) => rulesIn(permission, isEgress));
      const added = authorize(world, call, { group, isEgress, rules, tags });
      return { return: true, securityGroupRuleSet: added.map((rule) => view(world, rule)) };
    },
  });

const revoking = (isEgress: boolean) =>
  operation({
    input: z.strictObject({
      GroupId: text,
      IpPermissions: list(IpPermission),
      SecurityGroupRuleId: list(text),
    }),
    handle(world, call): Reply {
      const { GroupId, IpPermissions, SecurityGroupRuleId } = call.params;
      const group = find(world, call, SECURITY_GROUP, GroupId);
      if (IpPermissions.length + SecurityGroupRuleId.length === 0) throw missing('ipPermissions');
      const wanted = IpPermissions.flatMap((permission) => rulesIn(permission, isEgress));
      const rules = [
        ...matching(world, group, wanted),
        ...named(world, call, group, SecurityGroupRuleId, isEgress),
      ];
      revoke(world, call, rules);
      return { return: true };
    },
  });

export const securityGroupRuleOperations: Operations = {
  AuthorizeSecurityGroupIngress: authorizing(false),
  AuthorizeSecurityGroupEgress: authorizing(true),
  RevokeSecurityGroupIngress: revoking(false),
  RevokeSecurityGroupEgress: revoking(true),
  DescribeSecurityGroupRules: operation({
    input: z.strictObject({ SecurityGroupRuleId: list(text), ...paged }),
    handle(world, call) {
      const ids = call.params.SecurityGroupRuleId;
      const page = describe(world, call, SECURITY_GROUP_RULE, { ids, ...call.params });
      return {
        securityGroupRuleSet: page.items.map((rule) => view(world, rule)),
        nextToken: page.nextToken,
      };
    },
  }),
};
