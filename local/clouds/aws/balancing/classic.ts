/**
 * Classic load balancers: the API before ELBv2, at the same address, in which names are ids. What the cloud controller of
 * Kubernetes makes for Services by default. No connection goes through them here; they exist, and hold what they use.
 */
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { nextCount } from '../core/ids.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, drop, put, type Resource, type StoredKind, seen } from '../core/shelf.ts';
import type { Tags } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { hasServiceLinkedRole } from '../identity/service-linked-roles.ts';
import { defaultGroupOf } from '../network/group-store.ts';
import { checkGroups, checkName } from './load-balancers.ts';
import type { BalancerZone, LoadBalancer } from './model.ts';
import { stepInto, stepOut, subnetsFor } from './zones.ts';

export interface ClassicListener {
  readonly protocol: string;
  readonly port: number;
  readonly instanceProtocol: string;
  readonly instancePort: number;
}

export interface ClassicBalancer extends Resource {
  readonly name: string;
  readonly dnsName: string;
  readonly scheme: LoadBalancer['scheme'];
  readonly vpcId: string;
  readonly zones: readonly BalancerZone[];
  readonly groupIds: readonly string[];
  readonly listeners: readonly ClassicListener[];
}

export const CLASSIC: StoredKind<ClassicBalancer> = { type: 'classic-load-balancer', filters: {} };

export interface ClassicOrder {
  readonly name: string;
  readonly scheme: LoadBalancer['scheme'];
  readonly subnetIds: readonly string[];
  /** Empty: the default group of the network. */
  readonly groupIds: readonly string[];
  readonly listeners: readonly ClassicListener[];
  readonly tags: Tags;
}

/** As it is. */
export const classicNamed = (world: World, call: Call, name: string): ClassicBalancer | undefined =>
  allOf(world, CLASSIC, call).find((balancer) => balancer.name === name);

/** As this reader sees it. Throws LoadBalancerNotFound. */
export function findClassic(world: World, call: Call, name: string): ClassicBalancer {
  const found = classicNamed(world, call, name);
  if (found && seen(world, call, found)) return found;
  throw new AwsFault('LoadBalancerNotFound', `There is no ACTIVE Load Balancer named '${name}'`);
}

/** Asked again with the same settings it gives what there is: the API is repeatable. */
export function createClassic(world: World, call: Call, order: ClassicOrder): ClassicBalancer {
  checkName('Load balancer', order.name);
  const known = classicNamed(world, call, order.name);
  if (known && isAsOrdered(known, order)) return known;
  if (known)
    throw new AwsFault(
      'DuplicateLoadBalancerName',
      `Load balancer '${order.name}' exists already, with other settings`,
    );
  if (allOf(world, CLASSIC, call).length >= quota(world, call, 'classicBalancers'))
    throw new AwsFault('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
  if (!hasServiceLinkedRole(world, call, 'elasticloadbalancing.amazonaws.com'))
    throw new AwsFault(
      'AccessDenied',
      `User: ${call.caller.arn} is not authorized to perform: iam:CreateServiceLinkedRole`,
    );
  return build(world, call, order);
}

function isAsOrdered(known: ClassicBalancer, { scheme, subnetIds, listeners }: ClassicOrder): boolean {
  const subnets = known.zones.map(({ subnetId }) => subnetId);
  const ports = new Set(known.listeners.map(({ port }) => port));
  return (
    known.scheme === scheme &&
    subnets.length === subnetIds.length &&
    subnetIds.every((id) => subnets.includes(id)) &&
    ports.size === listeners.length &&
    listeners.every(({ port }) => ports.has(port))
  );
}

function build(world: World, call: Call, order: ClassicOrder): ClassicBalancer {
  const { name, scheme, listeners, tags } = order;
  const subnets = subnetsFor(world, call, order.subnetIds, scheme);
  const [{ vpcId }] = subnets;
  const standard = defaultGroupOf(world, call, vpcId);
  const asked = checkGroups(world, vpcId, order.groupIds);
  const groupIds = asked.length > 0 || !standard ? asked : [standard.id];
  const prefix = scheme === 'internal' ? 'internal-' : '';
  const number = 1_000_000_000 + nextCount(world, 'classic-balancer');
  const balancer: ClassicBalancer = {
    ...born(call, `arn:aws:elasticloadbalancing:${call.region}:${call.account}:loadbalancer/${name}`, tags),
    name,
    dnsName: `${prefix}${name}-${number}.${call.region}.elb.amazonaws.com`,
    scheme,
    vpcId,
    zones: subnets.map((subnet) =>
      stepInto(world, call.nowMs, name, { scheme, groupIds, type: 'interface' }, subnet),
    ),
    groupIds,
    listeners,
  };
  put(world, CLASSIC, balancer);
  return balancer;
}

/** Deleting what is not there succeeds. */
export function removeClassic(world: World, call: Call, name: string): void {
  const balancer = classicNamed(world, call, name);
  if (!balancer) return;
  stepOut(world, balancer.zones, call.nowMs);
  drop(world, CLASSIC, balancer.id);
}
