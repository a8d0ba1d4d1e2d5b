/**
 * One operation at a time: AKS refuses a write to a cluster while one runs on it or on one of its pools, and a write to
 * a pool while one runs on it or on the cluster. Deleting the cluster overtakes everything.
 */
import { conflict, resourceNotFound } from '../errors.ts';
import { keyOf, resourceId } from '../ids.ts';
import { cancelOperation, runningOn } from '../operations.ts';
import type { Cluster, Pool, State } from '../state.ts';
import type { ArmRequest, World } from '../world.ts';
import { CLUSTER_TYPE } from './cluster-record.ts';

export const AKS = 'Microsoft.ContainerService';

export function clusterKeyOf(request: ArmRequest): string {
  const [subscription, group] = [request.param('subscription'), request.param('group')];
  return keyOf(resourceId(subscription, group, CLUSTER_TYPE, [request.param('cluster')]));
}

export function findCluster(world: World, request: ArmRequest): Cluster {
  const cluster = world.state.clusters.get(clusterKeyOf(request));
  if (!cluster) throw resourceNotFound(CLUSTER_TYPE, request.param('cluster'), request.param('group'));
  return cluster;
}

export const poolsOf = (state: State, cluster: Cluster): readonly Pool[] => state.pools.inGroup(cluster.key);

/** Before a write to the cluster. */
export function checkClusterIdle(world: World, cluster: Cluster): void {
  if (runningOn(world.state, cluster.operationId)) throw busy(`operation (${cluster.state})`);
  const pool = poolsOf(world.state, cluster).find((p) => runningOn(world.state, p.operationId));
  if (pool) throw busy(`agentpool operation (${pool.name} - ${pool.state})`);
}

/** Before a write to one pool; others may be at work at the same time. */
export function checkPoolIdle(world: World, cluster: Cluster, pool: Pool | undefined): void {
  if (runningOn(world.state, cluster.operationId)) throw busy(`operation (${cluster.state})`);
  if (pool && runningOn(world.state, pool.operationId))
    throw busy(`agentpool operation (${pool.name} - ${pool.state})`);
}

const busy = (what: string) =>
  conflict(
    'OperationNotAllowed',
    `Operation is not allowed: Another ${what} is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details`,
    { bare: true },
  );

/** A delete of the cluster takes the place of whatever runs. */
export function overtake(world: World, cluster: Cluster, now: number): void {
  const holders = [cluster, ...poolsOf(world.state, cluster)];
  for (const { operationId } of holders) {
    const operation = runningOn(world.state, operationId);
    if (operation)
      cancelOperation(world, operation, now, {
        code: 'NotLatestOperation',
        message: 'Cannot proceed the operation since it is not the latest: a later operation took its place.',
      });
  }
}
