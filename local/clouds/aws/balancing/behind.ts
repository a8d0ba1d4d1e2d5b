/** Where a connection to a load balancer's name ends up: the instances that it may be sent to. */
import { everywhere, peek } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import type { NetworkInterface } from '../network/model.ts';
import { groupsAllow, interfaceOf, outsideAddressOf, type Party, partyOf } from '../network/reachability.ts';
import { feetOf, healthOf } from './health.ts';
import { balancerState } from './load-balancers.ts';
import {
  BALANCER,
  type BalancerTarget,
  LISTENER,
  type LoadBalancer,
  TARGET_GROUP,
  type TargetGroup,
} from './model.ts';
import { targetsTable } from './store.ts';

const INTERNET = 'internet';

/** `from`: an instance's id, or `internet`. Empty: no connection. */
export function behind(world: World, host: string, port: number, from: string): readonly string[] {
  const wanted = host.toLowerCase();
  const balancer = everywhere(world, BALANCER).find(({ dnsName }) => dnsName.toLowerCase() === wanted);
  if (!balancer || balancerState(balancer, world.clock.now()) !== 'active') return [];
  const listener = everywhere(world, LISTENER).find(
    (each) => each.balancerArn === balancer.id && each.port === port,
  );
  const group = listener && peek(world, TARGET_GROUP, listener.targetGroupArn);
  const caller = callerOf(world, balancer, from, port);
  if (!group || !caller || !letsIn(world, balancer, caller, port)) return [];
  return routed(world, group)
    .filter((target) => arrives(world, balancer, group, target, caller, from))
    .map(({ instanceId }) => instanceId);
}

/** Who the load balancer sees; undefined: the caller does not get there. */
function callerOf(world: World, balancer: LoadBalancer, from: string, port: number): Party | undefined {
  const isInternal = balancer.scheme === 'internal';
  if (from === INTERNET) return isInternal ? undefined : { ip: world.settings.outsideAddress, groupIds: [] };
  const own = interfaceOf(world, from);
  if (!own) return undefined;
  const feet = feetOf(world, balancer);
  const isLetOut = feet.some((foot) =>
    groupsAllow(world, own.groupIds, 'out', footParty(foot, isInternal), port),
  );
  if (!isLetOut) return undefined;
  if (isInternal) return own.vpcId === balancer.vpcId ? partyOf(own) : undefined;
  // Its public name leads to public addresses: the caller leaves its network and comes back in.
  const ip = outsideAddressOf(world, own);
  return ip === undefined ? undefined : { ip, groupIds: [] };
}

const footParty = (foot: NetworkInterface, isInternal: boolean): Party =>
  isInternal ? partyOf(foot) : { ip: foot.publicIp ?? foot.privateIp, groupIds: [] };

const letsIn = (world: World, { groupIds }: LoadBalancer, caller: Party, port: number): boolean =>
  groupIds.length === 0 || groupsAllow(world, groupIds, 'in', caller, port);

/** Healthy targets, or all that have been checked when none is: it fails open. */
function routed(world: World, group: TargetGroup): readonly BalancerTarget[] {
  const targets = targetsTable(world)
    .inGroup(group.id)
    .map((target) => ({ target, state: healthOf(world, group, target).state }));
  const healthy = targets.filter(({ state }) => state === 'healthy');
  const chosen = healthy.length > 0 ? healthy : targets.filter(({ state }) => state === 'unhealthy');
  return chosen.map(({ target }) => target);
}

function arrives(
  world: World,
  balancer: LoadBalancer,
  group: TargetGroup,
  target: BalancerTarget,
  caller: Party,
  from: string,
): boolean {
  const to = interfaceOf(world, target.instanceId);
  if (!to) return false;
  const { groupIds } = balancer;
  if (groupIds.length > 0 && !groupsAllow(world, groupIds, 'out', partyOf(to), target.port)) return false;
  if (group.attributes['preserve_client_ip.enabled'] === 'true') {
    // A packet that comes back to its sender with its own address is dropped.
    if (target.instanceId === from && balancer.scheme === 'internal') return false;
    const seen = { ip: caller.ip, groupIds: [...caller.groupIds, ...groupIds] };
    return groupsAllow(world, to.groupIds, 'in', seen, target.port);
  }
  return feetOf(world, balancer).some((foot) =>
    groupsAllow(world, to.groupIds, 'in', partyOf(foot), target.port),
  );
}
