/** Brings a pool's machines to its count: the part of a cluster or pool operation that touches machines. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { keyOf } from '../ids.ts';
import type { MachineNeed } from '../quota.ts';
import type { Cluster, Failure, Pool } from '../state.ts';
import type { World } from '../world.ts';
import type { PoolProperties } from './aks-body.ts';
import { findShortage } from './capacity.ts';
import type { GrowingPool } from './cluster-network-rules.ts';
import {
  addMachines,
  machinesOf,
  pickVictims,
  planZones,
  removeMachines,
  stayingMachines,
} from './machines.ts';
import { ensureScaleSet, ownSubnetKey } from './node-resource-group.ts';

/** The pool as the rules look at it: how many machines the write adds. */
export function growingPool(
  world: World,
  name: string,
  properties: PoolProperties,
  existing: Pool | undefined,
): GrowingPool {
  const present = existing ? stayingMachines(world.state, existing.key).length : 0;
  return { name, properties, gains: (properties.count ?? 1) - present };
}

export const machineNeeds = (pools: readonly GrowingPool[]): MachineNeed[] =>
  pools.map(({ properties, gains }) => ({
    vmSize: properties.vmSize ?? '',
    count: gains,
    spot: properties.scaleSetPriority === 'Spot',
  }));

export interface PoolWork {
  readonly cluster: Cluster;
  readonly pool: Pool;
  readonly now: EpochMs;
  readonly durationMs: number;
}

export interface PoolOutcome {
  readonly pool: Pool;
  /** There were no machines to be had: the operation fails at its end, and the pool keeps what it has. */
  readonly failure?: Failure;
}

export function reconcilePool(world: World, work: PoolWork): PoolOutcome {
  const { cluster, pool, now, durationMs } = work;
  ensureScaleSet(world, now, cluster, pool);
  const staying = stayingMachines(world.state, pool.key);
  const missing = (pool.properties.count ?? 1) - staying.length;
  if (missing < 0) removeMachines(world, pickVictims(world, cluster, pool, -missing), now, durationMs);
  if (missing <= 0) return { pool };
  const zones = planZones(
    machinesOf(world.state, pool.key, now),
    pool.properties.availabilityZones ?? [],
    missing,
  );
  const { vmSize = '' } = pool.properties;
  const failure = findShortage(world, { location: cluster.location, vmSize, zones, now });
  if (failure) return { pool, failure };
  const subnetKey = pool.properties.vnetSubnetID
    ? keyOf(pool.properties.vnetSubnetID)
    : ownSubnetKey(cluster);
  return { pool: addMachines(world, { cluster, pool, zones, subnetKey, now, durationMs }) };
}

/** After an abort: what was on its way in or out stays where it is. */
export function freezeMachines(world: World, pool: Pool, now: EpochMs): void {
  for (const machine of machinesOf(world.state, pool.key, now)) {
    const key = `${pool.key}/${machine.name}`;
    const { leavesAt, ...staying } = machine;
    if (machine.joinsAt > now) world.state.machines.delete(key);
    else if (leavesAt !== undefined) world.state.machines.put(key, staying);
  }
}
