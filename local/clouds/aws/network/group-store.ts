/** Security groups and their rules as the rest of the network makes, reads and removes them. */
import type { Call } from '../core/call.ts';
import { newId } from '../core/ids.ts';
import { allOf, born, put, retire } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { SECURITY_GROUP, SECURITY_GROUP_RULE } from './kinds.ts';
import type { RuleBody, SecurityGroup, SecurityGroupRule } from './model.ts';

/** What every new group starts with: everything may go out. */
const EVERYTHING_OUT: RuleBody = {
  isEgress: true,
  protocol: '-1',
  fromPort: -1,
  toPort: -1,
  peer: { kind: 'cidr', cidr: '0.0.0.0/0' },
};

/** Not one that is there already. */
export function addRule(
  world: World,
  call: Call,
  groupId: string,
  rule: RuleBody,
  description?: string,
): void {
  const added: SecurityGroupRule = {
    ...born(call, newId(world, 'sgr'), {}),
    groupId,
    ...rule,
    ...(description === undefined ? {} : { description }),
  };
  put(world, SECURITY_GROUP_RULE, added);
}

export function createGroup(
  world: World,
  call: Call,
  fields: Pick<SecurityGroup, 'name' | 'description' | 'vpcId' | 'tags'>,
): SecurityGroup {
  const group: SecurityGroup = { ...born(call, newId(world, 'sg'), fields.tags), ...fields };
  put(world, SECURITY_GROUP, group);
  addRule(world, call, group.id, EVERYTHING_OUT);
  return group;
}

/** The group that every VPC has: its members may reach each other and everything outside. */
export function createDefaultGroup(world: World, call: Call, vpcId: string): void {
  const description = 'default VPC security group';
  const { id } = createGroup(world, call, { name: 'default', description, vpcId, tags: {} });
  addRule(world, call, id, { ...EVERYTHING_OUT, isEgress: false, peer: { kind: 'group', groupId: id } });
}

export const defaultGroupOf = (world: World, call: Call, vpcId: string): SecurityGroup | undefined =>
  allOf(world, SECURITY_GROUP, call).find((group) => group.vpcId === vpcId && group.name === 'default');

export function removeGroup(world: World, call: Call, group: SecurityGroup): void {
  for (const rule of rulesOf(world, group)) retire(world, SECURITY_GROUP_RULE, rule, call.nowMs);
  retire(world, SECURITY_GROUP, group, call.nowMs);
}

/** As it is, ingress and egress. */
export const rulesOf = (world: World, group: SecurityGroup): readonly SecurityGroupRule[] =>
  allOf(world, SECURITY_GROUP_RULE, group).filter(({ groupId }) => groupId === group.id);

/** The groups that go with their VPC. */
export function deleteGroupsWith(world: World, call: Call, vpcId: string): void {
  for (const group of allOf(world, SECURITY_GROUP, call)) {
    if (group.vpcId === vpcId) removeGroup(world, call, group);
  }
}
