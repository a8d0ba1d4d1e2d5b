/** Security groups; their rules are in a file of their own. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault, dependencyViolation, invalidValue, missing } from '../core/fault.ts';
import { applyFilters } from '../core/filters.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, paged, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, describe, find } from '../core/shelf.ts';
import { specifiedTags, tagSet } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { createGroup, removeGroup, rulesOf } from './group-store.ts';
import { INTERFACE, SECURITY_GROUP, SECURITY_GROUP_RULE, VPC } from './kinds.ts';
import type { SecurityGroup, SecurityGroupRule } from './model.ts';

const MAX_LENGTH = 255;
/** docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
const ALLOWED = /^[\w .\-:/()#,@[\]+=&;{}!$*]+$/;

/** Rules of one direction as permissions: those that agree in protocol and ports stand together. */
function permissions(rules: readonly SecurityGroupRule[]) {
  const grouped = Map.groupBy(rules, ({ protocol, fromPort, toPort }) => `${protocol}/${fromPort}/${toPort}`);
  return [...grouped.values()].flatMap((alike) => {
    const [first] = alike;
    if (!first) return [];
    const hasPorts = first.protocol !== '-1';
    return [
      {
        ipProtocol: first.protocol,
        fromPort: hasPorts ? first.fromPort : undefined,
        toPort: hasPorts ? first.toPort : undefined,
        ipRanges: alike.flatMap(({ peer, description }) =>
          peer.kind === 'cidr' ? [{ cidrIp: peer.cidr, description }] : [],
        ),
        ipv6Ranges: alike.flatMap(({ peer, description }) =>
          peer.kind === 'cidr6' ? [{ cidrIpv6: peer.cidr, description }] : [],
        ),
        groups: alike.flatMap(({ peer, description, account }) =>
          peer.kind === 'group' ? [{ groupId: peer.groupId, userId: account, description }] : [],
        ),
        prefixListIds: [],
      },
    ];
  });
}

function view(world: World, group: SecurityGroup) {
  const { id, name, description, vpcId, account, region, tags } = group;
  const rules = rulesOf(world, group);
  return {
    groupId: id,
    groupName: name,
    groupDescription: description,
    vpcId,
    ownerId: account,
    securityGroupArn: arnOf(region, account, id),
    ipPermissions: permissions(rules.filter(({ isEgress }) => !isEgress)),
    ipPermissionsEgress: permissions(rules.filter(({ isEgress }) => isEgress)),
    tagSet: tagSet(tags),
  };
}

const arnOf = (region: string, account: string, id: string): string =>
  `arn:aws:ec2:${region}:${account}:security-group/${id}`;

function checkWords(name: string, description: string): void {
  if (/^sg-/i.test(name)) throw invalidValue(name, 'groupName', 'Group names may not be in the format sg-*.');
  if (name.toLowerCase() === 'default')
    throw new AwsFault('InvalidGroup.Reserved', `The security group '${name}' is reserved`);
  for (const [value, parameter] of [
    [name, 'groupName'],
    [description, 'groupDescription'],
  ] as const) {
    if (value.length > MAX_LENGTH || !ALLOWED.test(value))
      throw invalidValue(
        value,
        parameter,
        `At most ${MAX_LENGTH} of the characters a-z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*`,
      );
  }
}

function checkNew(world: World, call: Call, name: string, vpcId: string): void {
  const all = allOf(world, SECURITY_GROUP, call);
  if (all.some((group) => group.vpcId === vpcId && group.name === name))
    throw new AwsFault(
      'InvalidGroup.Duplicate',
      `The security group '${name}' already exists for VPC '${vpcId}'`,
    );
  if (all.length >= quota(world, call, 'securityGroups'))
    throw new AwsFault(
      'SecurityGroupLimitExceeded',
      'The maximum number of security groups has been reached.',
    );
}

function remove(world: World, call: Call, group: SecurityGroup): void {
  if (group.name === 'default')
    throw new AwsFault(
      'CannotDelete',
      `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
    );
  const isUsed = allOf(world, INTERFACE, call).some(({ groupIds }) => groupIds.includes(group.id));
  const isNamed = allOf(world, SECURITY_GROUP_RULE, call).some(
    ({ peer, groupId }) => groupId !== group.id && peer.kind === 'group' && peer.groupId === group.id,
  );
  if (isUsed || isNamed) throw dependencyViolation(`resource ${group.id} has a dependent object`);
  removeGroup(world, call, group);
}

export const securityGroupOperations: Operations = {
  CreateSecurityGroup: operation({
    input: z.strictObject({
      GroupName: text,
      GroupDescription: text,
      VpcId: text.optional(),
      TagSpecification: tagSpecifications,
    }),
    handle(world, call) {
      const { GroupName, GroupDescription, VpcId, TagSpecification } = call.params;
      const tags = specifiedTags(TagSpecification, 'security-group');
      checkWords(GroupName, GroupDescription);
      // Accounts here have no default VPC.
      if (VpcId === undefined) throw new AwsFault('VPCIdNotSpecified', 'No default VPC for this user');
      const vpc = find(world, call, VPC, VpcId);
      checkNew(world, call, GroupName, vpc.id);
      const fields = { name: GroupName, description: GroupDescription, vpcId: vpc.id, tags };
      const { id, region, account } = createGroup(world, call, fields);
      return {
        groupId: id,
        securityGroupArn: arnOf(region, account, id),
        tagSet: tagSet(tags),
        return: true,
      };
    },
  }),
  DescribeSecurityGroups: operation({
    input: z.strictObject({ GroupId: list(text), GroupName: list(text), ...paged }),
    handle(world, call) {
      const { GroupId, GroupName } = call.params;
      const page = describe(world, call, SECURITY_GROUP, { ids: GroupId, ...call.params });
      const wanted = [{ Name: 'group-name', Value: GroupName }];
      const shown =
        GroupName.length === 0
          ? page.items
          : applyFilters(page.items, wanted, SECURITY_GROUP.filters, ({ tags }) => tags);
      return {
        securityGroupInfo: shown.map((group) => view(world, group)),
        nextToken: page.nextToken,
      };
    },
  }),
  DeleteSecurityGroup: operation({
    input: z.strictObject({ GroupId: text.optional() }),
    handle(world, call) {
      const { GroupId } = call.params;
      if (GroupId === undefined) throw missing('groupId');
      remove(world, call, find(world, call, SECURITY_GROUP, GroupId));
      return { return: true, groupId: GroupId };
    },
  }),
};
