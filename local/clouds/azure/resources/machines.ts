/**
 * The virtual machines of agent pools, which are the cluster's nodes. A machine's record says when it joins and when it
 * leaves; what it is at this moment is worked out from the clock. The simulated Kubernetes derives its nodes from here.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { formatAddress, parseCidr } from '../cidr.ts';
import { type Cluster, type Machine, nextCount, type Pool, type State } from '../state.ts';
import type { World } from '../world.ts';
import { subnetPrefix } from './subnet-rules.ts';

export type MachineState = 'Creating' | 'Running' | 'Deleting';

/** Undefined: it is gone. */
export function machineState(machine: Machine, now: EpochMs): MachineState | undefined {
  if (machine.leavesAt !== undefined) return now < machine.leavesAt ? 'Deleting' : undefined;
  return now < machine.joinsAt ? 'Creating' : 'Running';
}

/** All that exist, the leaving ones included, by index. */
export function machinesOf(state: State, poolKey: string, now: EpochMs): Machine[] {
  return state.machines
    .inGroup(poolKey)
    .filter((machine) => machineState(machine, now) !== undefined)
    .toSorted((a, b) => a.index - b.index);
}

/** Those that are not on their way out. */
export const stayingMachines = (state: State, poolKey: string): Machine[] =>
  state.machines
    .inGroup(poolKey)
    .filter(({ leavesAt }) => leavesAt === undefined)
    .toSorted((a, b) => a.index - b.index);

/** Instance names end in the index in base 36, as scale sets write it. */
export const machineName = (scaleSet: string, index: number): string =>
  `${scaleSet}${index.toString(36).padStart(6, '0')}`;

/** The zones that the next machines go to: the emptiest first. */
export function planZones(existing: readonly Machine[], zones: readonly string[], count: number): string[] {
  if (zones.length === 0) return Array.from({ length: count }, () => '');
  const load = new Map(zones.map((zone) => [zone, existing.filter((m) => m.zone === zone).length]));
  return Array.from({ length: count }, () => {
    const [zone = '', used = 0] = [...load].reduce((least, other) => (other[1] < least[1] ? other : least));
    load.set(zone, used + 1);
    return zone;
  });
}

export interface MachineBatch {
  readonly cluster: Cluster;
  readonly pool: Pool;
  readonly zones: readonly string[];
  readonly subnetKey: string;
  readonly now: EpochMs;
  /** The operation that brings them up; each joins in its second half. */
  readonly durationMs: number;
}

/** Stores the machines; gives the pool with its next index moved on. */
export function addMachines(world: World, batch: MachineBatch): Pool {
  const { cluster, pool, zones, subnetKey, now, durationMs } = batch;
  zones.forEach((zone, i) => {
    const index = pool.nextIndex + i;
    const name = machineName(pool.scaleSet, index);
    const part = 0.5 + world.chance.fraction(`join/${cluster.uid}/${name}`) / 2;
    world.state.machines.put(`${pool.key}/${name}`, {
      name,
      clusterKey: cluster.key,
      poolKey: pool.key,
      index,
      zone,
      vmSize: pool.properties.vmSize ?? '',
      spot: pool.properties.scaleSetPriority === 'Spot',
      location: cluster.location,
      subnetKey,
      privateIp: nextAddress(world, subnetKey),
      version: pool.currentVersion,
      createdAt: now,
      joinsAt: now + Math.floor(durationMs * part),
    });
  });
  return { ...pool, nextIndex: pool.nextIndex + zones.length };
}

/** The first four addresses of a subnet are Azure's. */
function nextAddress(world: World, subnetKey: string): string {
  const subnet = world.state.resources.get(subnetKey);
  const range = parseCidr(subnet ? subnetPrefix(subnet) : '10.224.0.0/16');
  if (!range) return '';
  const free = Math.max(1, range.last - range.first - 4);
  return formatAddress(range.first + 4 + ((nextCount(world.state, `address/${subnetKey}`) - 1) % free));
}

/** Each leaves at an instant of its own within the operation. */
export function removeMachines(
  world: World,
  machines: readonly Machine[],
  now: EpochMs,
  durationMs: number,
): void {
  for (const machine of machines) {
    const part = 0.3 + 0.7 * world.chance.fraction(`leave/${machine.poolKey}/${machine.name}`);
    const leavesAt = now + Math.floor(durationMs * part);
    world.state.machines.put(`${machine.poolKey}/${machine.name}`, { ...machine, leavesAt });
  }
}

/** Scale-in takes cordoned nodes first, then the highest instance. */
export function pickVictims(world: World, cluster: Cluster, pool: Pool, count: number): Machine[] {
  const { isCordoned } = world.settings;
  const cordoned = (machine: Machine) =>
    isCordoned({ clusterUid: cluster.uid, name: machine.name }) ? 0 : 1;
  return stayingMachines(world.state, pool.key)
    .map((machine) => ({ machine, order: cordoned(machine) }))
    .sort((a, b) => a.order - b.order || b.machine.index - a.machine.index)
    .slice(0, count)
    .map(({ machine }) => machine);
}

/** Drops the records of machines that are gone by now. */
export function sweepMachines(state: State, poolKey: string, now: EpochMs): void {
  for (const machine of state.machines.inGroup(poolKey))
    if (machineState(machine, now) === undefined) state.machines.delete(`${poolKey}/${machine.name}`);
}
