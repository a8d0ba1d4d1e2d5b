/**
 * Security groups of Services: a classic load balancer's own, and the rules that let its packets to the machines. Those
 * are written to the one group of the machines that carries the cluster's tag.
 */
import type { BalancedService } from '../../../kube/port.ts';
import { livingInstances } from '../compute/store.ts';
import type { Call } from '../core/call.ts';
import { allOf, retire } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { addRule, createGroup, removeGroup, rulesOf } from '../network/group-store.ts';
import { interfacesOf } from '../network/interfaces.ts';
import { INTERFACE, SECURITY_GROUP, SECURITY_GROUP_RULE } from '../network/kinds.ts';
import type { RuleBody, SecurityGroup } from '../network/model.ts';
import { sameRule } from '../network/rule-input.ts';
import type { Asker } from './asker.ts';

const ANYWHERE = { kind: 'cidr', cidr: '0.0.0.0/0' } as const;
const groupName = (balancer: string): string => `k8s-elb-${balancer}`;
/** Says which load balancer a rule is for: rules by address name no group. */
const clientsOf = (balancer: string): string => `kubernetes.io/rule/nlb/client=${balancer}`;

const tcp = (port: number): RuleBody => ({
  isEgress: false,
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  peer: ANYWHERE,
});

const groupNamed = (world: World, call: Call, name: string): SecurityGroup | undefined =>
  allOf(world, SECURITY_GROUP, call).find((group) => group.name === name);

/** Open to everybody on the ports of the service. */
export function ensureGroup(
  world: World,
  call: Call,
  { instance, clusterTag }: Asker,
  balancer: string,
  { namespace, name: service, ports }: BalancedService,
): SecurityGroup {
  const name = groupName(balancer);
  const group =
    groupNamed(world, call, name) ??
    createGroup(world, call, {
      name,
      description: `Security group for Kubernetes ELB ${balancer} (${namespace}/${service})`,
      vpcId: instance.vpcId,
      tags: { [clusterTag]: 'owned' },
    });
  for (const { port } of ports) admit(world, call, group, tcp(port));
  return group;
}

export function admitGroup(world: World, call: Call, asker: Asker, { id }: SecurityGroup): void {
  const everything = { isEgress: false, protocol: '-1', fromPort: -1, toPort: -1 } as const;
  for (const group of taggedGroups(world, asker))
    admit(world, call, group, { ...everything, peer: { kind: 'group', groupId: id } });
}

/** Packets that come through a network load balancer keep their sender. */
export function admitPort(world: World, call: Call, asker: Asker, balancer: string, port: number): void {
  for (const group of taggedGroups(world, asker)) admit(world, call, group, tcp(port), clientsOf(balancer));
}

function admit(world: World, call: Call, group: SecurityGroup, rule: RuleBody, description?: string): void {
  if (!rulesOf(world, group).some((known) => sameRule(known, rule)))
    addRule(world, call, group.id, rule, description);
}

/** Of machines of the cluster; a load balancer's own is on none. */
function taggedGroups(world: World, { instance, clusterTag }: Asker): readonly SecurityGroup[] {
  const machines = livingInstances(world).filter(
    ({ vpcId, tags }) => vpcId === instance.vpcId && tags[clusterTag] !== undefined,
  );
  const used = new Set(
    machines.flatMap((machine) =>
      interfacesOf(world, machine, machine.id).flatMap(({ groupIds }) => groupIds),
    ),
  );
  return allOf(world, SECURITY_GROUP, instance).filter(
    ({ id, tags }) => used.has(id) && tags[clusterTag] !== undefined,
  );
}

export function forbidGroup(world: World, call: Call, balancer: string): void {
  const group = groupNamed(world, call, groupName(balancer));
  for (const rule of allOf(world, SECURITY_GROUP_RULE, call)) {
    const { peer, groupId } = rule;
    if (peer.kind === 'group' && peer.groupId === group?.id && groupId !== group.id)
      retire(world, SECURITY_GROUP_RULE, rule, call.nowMs);
  }
}

export function forbidPorts(world: World, call: Call, balancer: string): void {
  for (const rule of allOf(world, SECURITY_GROUP_RULE, call))
    if (rule.description === clientsOf(balancer)) retire(world, SECURITY_GROUP_RULE, rule, call.nowMs);
}

/** False: interfaces still use it. */
export function removeOwnGroup(world: World, call: Call, balancer: string): boolean {
  const group = groupNamed(world, call, groupName(balancer));
  if (!group) return true;
  if (allOf(world, INTERFACE, call).some(({ groupIds }) => groupIds.includes(group.id))) return false;
  removeGroup(world, call, group);
  return true;
}
