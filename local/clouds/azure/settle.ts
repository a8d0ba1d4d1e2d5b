/**
 * Lets time pass: ends, in order, every operation that is over by now. This is the only place where something happens
 * without a request, and it happens when someone next looks.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import { endOperation, OPERATION_KEPT_MS } from './operations.ts';
import { sweepMachines } from './resources/machines.ts';
import { nodeGroupKey, purgeGroup, removeScaleSet } from './resources/node-resource-group.ts';
import { forget, newEtag, summaryOf } from './resources/plain.ts';
import type { Cluster, Failure, Operation, OperationKind, Pool } from './state.ts';
import type { World } from './world.ts';

type Finish = (world: World, operation: Operation, at: EpochMs) => void;

const FINISH: Readonly<Record<OperationKind, Finish>> = {
  'cluster.put': finishClusterPut,
  'cluster.delete': finishClusterDelete,
  'pool.put': (world, operation, at) => finishPool(world, operation.targetKey, at, operation.fails),
  'pool.deleteMachines': (world, operation, at) =>
    finishPool(world, operation.targetKey, at, operation.fails),
  'pool.delete': finishPoolDelete,
  'resource.put': finishResourcePut,
  'resource.delete': finishResourceDelete,
  'group.delete': finishGroupDelete,
  abort: finishAbort,
};

export function settle(world: World): void {
  const now = world.clock.now();
  for (let id = world.running.takeDue(now); id !== undefined; id = world.running.takeDue(now)) {
    const operation = world.state.operations.get(id);
    if (operation?.status !== 'InProgress') continue;
    FINISH[operation.kind](world, operation, operation.endsAt);
    endOperation(world, operation, operation.endsAt, operation.fails);
    dropOldOperations(world, now);
  }
}

/** Their records have expired: nobody can ask for them any more. */
function dropOldOperations(world: World, now: EpochMs): void {
  for (const { id, status, endsAt } of world.state.operations.values())
    if (status !== 'InProgress' && endsAt + OPERATION_KEPT_MS < now) world.state.operations.delete(id);
}

/** Failed with a reason, or as it was wanted. */
function settledCluster(world: World, cluster: Cluster, at: EpochMs, failure: Failure | undefined): Cluster {
  const { failure: _former, ...rest } = cluster;
  const common = { ...rest, etag: newEtag(world), changedAt: at };
  if (failure) return { ...common, state: 'Failed', failure };
  return { ...common, state: 'Succeeded', currentVersion: cluster.targetVersion };
}

function settledPool(world: World, pool: Pool, at: EpochMs, failure: Failure | undefined): Pool {
  const { failure: _former, ...rest } = pool;
  const common = { ...rest, etag: newEtag(world), changedAt: at };
  if (failure) return { ...common, state: 'Failed', failure };
  return { ...common, state: 'Succeeded', currentVersion: pool.targetVersion };
}

function finishClusterPut(world: World, { id, targetKey, fails }: Operation, at: EpochMs): void {
  const cluster = world.state.clusters.get(targetKey);
  if (!cluster) return;
  world.state.clusters.put(targetKey, settledCluster(world, cluster, at, fails));
  for (const pool of world.state.pools.inGroup(targetKey))
    if (pool.operationId === id) finishPool(world, pool.key, at, fails);
}

function finishPool(world: World, key: string, at: EpochMs, failure: Failure | undefined): void {
  const pool = world.state.pools.get(key);
  if (!pool) return;
  const settled = settledPool(world, pool, at, failure);
  world.state.pools.put(key, settled);
  sweepMachines(world.state, key, at);
  if (settled.currentVersion === pool.currentVersion) return;
  for (const machine of world.state.machines.inGroup(key))
    world.state.machines.put(`${key}/${machine.name}`, { ...machine, version: settled.currentVersion });
}

function finishPoolDelete(world: World, { targetKey, clusterKey, fails }: Operation, at: EpochMs): void {
  const pool = world.state.pools.get(targetKey);
  const cluster = world.state.clusters.get(clusterKey ?? '');
  if (!pool || !cluster) return;
  if (fails) {
    finishPool(world, targetKey, at, fails);
    return;
  }
  dropPool(world, pool);
  removeScaleSet(world, at, cluster, pool);
}

function dropPool(world: World, pool: Pool): void {
  for (const machine of world.state.machines.inGroup(pool.key))
    world.state.machines.delete(`${pool.key}/${machine.name}`);
  world.state.pools.delete(pool.key);
}

function finishClusterDelete(world: World, { targetKey, fails }: Operation, at: EpochMs): void {
  const cluster = world.state.clusters.get(targetKey);
  if (!cluster) return;
  if (fails) {
    world.state.clusters.put(targetKey, settledCluster(world, cluster, at, fails));
    for (const pool of world.state.pools.inGroup(targetKey)) finishPool(world, pool.key, at, fails);
    return;
  }
  dropCluster(world, cluster, at);
}

function dropCluster(world: World, cluster: Cluster, at: EpochMs): void {
  for (const pool of world.state.pools.inGroup(cluster.key)) dropPool(world, pool);
  purgeGroup(world, at, nodeGroupKey(cluster));
  world.state.clusters.delete(cluster.key);
  world.settings.clusterGone(cluster.uid);
  const lag = world.chance.milliseconds(`gone/${cluster.key}/${at}`, world.settings.timings.listLag);
  if (lag > 0)
    world.state.ghosts.put(cluster.key, { key: cluster.key, summary: summaryOf(cluster), until: at + lag });
}

function finishResourcePut(world: World, { targetKey, fails }: Operation, at: EpochMs): void {
  const resource = world.state.resources.get(targetKey);
  if (!resource) return;
  const state = fails ? 'Failed' : 'Succeeded';
  world.state.resources.put(targetKey, { ...resource, state, etag: newEtag(world), changedAt: at });
}

function finishResourceDelete(world: World, { targetKey, fails }: Operation, at: EpochMs): void {
  const resource = world.state.resources.get(targetKey);
  if (!resource) return;
  if (fails) {
    world.state.resources.put(targetKey, { ...resource, state: 'Failed', changedAt: at });
    return;
  }
  for (const child of world.state.resources.inGroup(targetKey)) forget(world, at, child);
  forget(world, at, resource);
}

function finishGroupDelete(world: World, { targetKey, fails }: Operation, at: EpochMs): void {
  const group = world.state.groups.get(targetKey);
  if (!group) return;
  if (fails) {
    world.state.groups.put(targetKey, { ...group, state: 'Succeeded' });
    return;
  }
  for (const cluster of world.state.clusters.inGroup(targetKey)) dropCluster(world, cluster, at);
  purgeGroup(world, at, targetKey);
}

/** After an abort the cluster, or the pool, is Canceled; a PUT takes it up again. */
function finishAbort(world: World, { id, targetKey }: Operation, at: EpochMs): void {
  const cluster = world.state.clusters.get(targetKey);
  if (cluster) world.state.clusters.put(targetKey, { ...cluster, state: 'Canceled', changedAt: at });
  const pools = cluster ? world.state.pools.inGroup(targetKey) : [];
  const pool = world.state.pools.get(targetKey);
  for (const one of pool ? [pool] : pools)
    if (one.operationId === id) world.state.pools.put(one.key, { ...one, state: 'Canceled', changedAt: at });
}
