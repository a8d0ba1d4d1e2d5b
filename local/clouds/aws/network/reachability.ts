/**
 * Who reaches whom: routes, gateways and security groups put together. Groups are stateful, so only the way there counts;
 * network access lists let everything through, as those of a new VPC do.
 */
import { everywhere, peek } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { rulesOf } from './group-store.ts';
import { publicIpOf } from './interfaces.ts';
import { INTERFACE, SECURITY_GROUP, SUBNET } from './kinds.ts';
import type { NetworkInterface, SecurityGroupRule } from './model.ts';
import { isServing } from './nat-gateways.ts';
import { covers, natOf, reachesOutsideDirectly } from './paths.ts';

/** One end of a connection as the groups of the other end see it. */
export interface Party {
  readonly ip: string;
  /** Groups count only within a network. */
  readonly groupIds: readonly string[];
}

/** An address that belongs to nobody in AWS, for questions about the Internet as such. */
const SOMEWHERE: Party = { ip: '198.51.100.1', groupIds: [] };
const HTTPS = 443;

export function interfaceOf(world: World, instanceId: string): NetworkInterface | undefined {
  return everywhere(world, INTERFACE).find(({ attachment }) => attachment?.instanceId === instanceId);
}

type Direction = 'in' | 'out';

/** Whether any of the groups lets a TCP connection through. */
export function groupsAllow(
  world: World,
  groupIds: readonly string[],
  direction: Direction,
  peer: Party,
  port: number,
): boolean {
  return groupIds.some((id) => {
    const group = peek(world, SECURITY_GROUP, id);
    return (
      group !== undefined &&
      rulesOf(world, group).some(
        (rule) => rule.isEgress === (direction === 'out') && concerns(rule, port) && names(rule, peer),
      )
    );
  });
}

function concerns({ protocol, fromPort, toPort }: SecurityGroupRule, port: number): boolean {
  return protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort);
}

function names({ peer }: SecurityGroupRule, { ip, groupIds }: Party): boolean {
  switch (peer.kind) {
    case 'cidr':
      return covers(peer.cidr, ip);
    case 'cidr6':
      return false;
    case 'group':
      return groupIds.includes(peer.groupId);
  }
}

/** The address that the Internet sees when the instance calls out; undefined: it does not get out. */
export function outsideAddressOf(world: World, from: NetworkInterface): string | undefined {
  const subnet = peek(world, SUBNET, from.subnetId);
  if (!subnet) return undefined;
  if (reachesOutsideDirectly(world, subnet)) return publicIpOf(world, from);
  const gateway = natOf(world, subnet);
  if (!gateway || !isServing(world, gateway)) return undefined;
  const own = peek(world, SUBNET, gateway.subnetId);
  return own && reachesOutsideDirectly(world, own) ? gateway.publicIp : undefined;
}

export function reachesInternet(world: World, instanceId: string): boolean {
  const from = interfaceOf(world, instanceId);
  return (
    from !== undefined &&
    outsideAddressOf(world, from) !== undefined &&
    groupsAllow(world, from.groupIds, 'out', SOMEWHERE, HTTPS)
  );
}

export const partyOf = ({ privateIp, groupIds }: NetworkInterface): Party => ({ ip: privateIp, groupIds });

/** Within one VPC; networks are not peered here. */
export function reachesPeer(world: World, fromId: string, toId: string, port: number): boolean {
  const from = interfaceOf(world, fromId);
  const to = interfaceOf(world, toId);
  if (!from || !to || from.vpcId !== to.vpcId) return false;
  return (
    groupsAllow(world, from.groupIds, 'out', partyOf(to), port) &&
    groupsAllow(world, to.groupIds, 'in', partyOf(from), port)
  );
}
