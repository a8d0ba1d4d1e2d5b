/**
 * How long AWS and its machines take for a change at best: the durations that the simulator drew for what was really
 * made, along the chain in which one thing needs another. What a change took beyond that, the control plane added.
 */
import { POOL_TAG } from '../../lib/clouds/aws/tags.ts';
import { BALANCER } from '../../local/clouds/aws/balancing/model.ts';
import { targetsTable } from '../../local/clouds/aws/balancing/store.ts';
import { INSTANCE } from '../../local/clouds/aws/compute/kinds.ts';
import { everywhere } from '../../local/clouds/aws/core/shelf.ts';
import type { World } from '../../local/clouds/aws/core/world.ts';
import { NAT_GATEWAY, VPC } from '../../local/clouds/aws/network/kinds.ts';
import { machineTables } from '../../local/machines/machine-records.ts';
import type { SimulatedSide } from '../builders/simulated-aws.ts';

/** From a machine's join to its node being Ready: local/kube/simulated-clusters.ts. */
const NODE_READY_MS = 10_000;

interface MachineTimes {
  /** Absent: a bastion. */
  readonly pool: string | undefined;
  readonly createdAt: number;
  /** From the launch to the Ready node, behind the load balancer if it is of the control plane. */
  readonly readyMs: number;
  /** When it was told to end, and how long that took. */
  readonly endedAt: number;
  readonly endMs: number;
}

export interface CloudTimes {
  readonly vpcMs: number;
  readonly natMs: number;
  readonly machines: readonly MachineTimes[];
  /** What a deletion waits for after the machines. */
  readonly natGoesMs: number;
  readonly balancerGoesMs: number;
}

export function cloudTimes({ aws }: SimulatedSide): CloudTimes {
  return aws.change((world) => ({
    vpcMs: longest(everywhere(world, VPC).map(({ availableAt, createdAt }) => availableAt - createdAt)),
    natMs: longest(everywhere(world, NAT_GATEWAY).map(({ readyAt, createdAt }) => readyAt - createdAt)),
    natGoesMs: longest(
      everywhere(world, NAT_GATEWAY).map(({ goneAt = 0, deletingAt = 0 }) => goneAt - deletingAt),
    ),
    balancerGoesMs: balancerGoesMs(world),
    machines: machineTimes(world),
  }));
}

function balancerGoesMs({ chance, settings, ...world }: World): number {
  const zones = everywhere({ chance, settings, ...world }, BALANCER).flatMap((balancer) => balancer.zones);
  const range = settings.timings.balancerInterfacesLinger;
  return longest(zones.map(({ interfaceId }) => chance.milliseconds(`linger/${interfaceId}`, range)));
}

function machineTimes(world: World): readonly MachineTimes[] {
  const { boots } = machineTables(world.records);
  return everywhere(world, INSTANCE).map(({ id, tags, createdAt, runsAt, ending }) => ({
    pool: tags[POOL_TAG],
    createdAt,
    readyMs:
      Math.max((boots.get(id)?.node?.joinedAt ?? runsAt) + NODE_READY_MS, runsAt + warmMs(world, id)) -
      createdAt,
    endedAt: ending?.startsAt ?? 0,
    endMs: ending ? ending.endsAt - ending.startsAt : 0,
  }));
}

/** Until the load balancer sends to a target that answers; 0 for machines that are none. */
function warmMs(world: World, instanceId: string): number {
  const target = targetsTable(world)
    .values()
    .find((one) => one.instanceId === instanceId);
  if (!target) return 0;
  const active = longest(everywhere(world, BALANCER).map(({ activeAt }) => activeAt));
  const since = Math.max(target.registeredAt, active);
  return world.chance.milliseconds(`initial/${target.key}/${since}`, world.settings.timings.targetInitial);
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

const launchedIn = ({ machines }: CloudTimes, { from, to }: Window, isOf: (pool: string) => boolean) =>
  machines
    .filter(({ pool, createdAt }) => pool !== undefined && isOf(pool) && createdAt >= from && createdAt <= to)
    .toSorted((a, b) => a.createdAt - b.createdAt);

/** Network, first node, then one member of etcd after the other while the workers join. */
export function createMs(times: CloudTimes, window: Window): number {
  const [first, ...members] = launchedIn(times, window, (pool) => pool === 'control-plane');
  const workers = launchedIn(times, window, (pool) => pool !== 'control-plane');
  const joining = Math.max(
    total(members.map(({ readyMs }) => readyMs)),
    longest(workers.map(({ readyMs }) => readyMs)),
  );
  return times.vpcMs + times.natMs + (first?.readyMs ?? 0) + joining;
}

/** All at once. */
export const growMs = (times: CloudTimes, window: Window): number =>
  longest(launchedIn(times, window, () => true).map(({ readyMs }) => readyMs));

/** One by one (A247): a successor joins, its predecessor ends. Nothing runs on the nodes, so drains take no time. */
export function replaceMs(times: CloudTimes, window: Window): number {
  const joins = launchedIn(times, window, () => true).map(({ readyMs }) => readyMs);
  const ends = times.machines.filter(({ endedAt }) => endedAt >= window.from && endedAt <= window.to);
  return total(joins) + total(ends.map(({ endMs }) => endMs));
}

/** Machines, then what the network waits for. `before`: when the load balancer was still there. */
export function deleteMs(times: CloudTimes, before: CloudTimes, window: Window): number {
  const ends = times.machines.filter(({ endedAt }) => endedAt >= window.from && endedAt <= window.to);
  return longest(ends.map(({ endMs }) => endMs)) + Math.max(times.natGoesMs, before.balancerGoesMs);
}

const longest = (values: readonly number[]): number => Math.max(0, ...values);
const total = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);
