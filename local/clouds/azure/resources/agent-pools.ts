/** Agent pools: reading, deleting, aborting. PUT has a file of its own, and so have their machines. */
import { conflict } from '../errors.ts';
import { pageOf } from '../listing.ts';
import { cancelOperation, operationHeaders, runningOn } from '../operations.ts';
import type { Cluster, Failure, Pool } from '../state.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { checkPoolIdle, findCluster, poolsOf } from './aks-operations.ts';
import { poolUpgrades, poolVersions } from './kubernetes-versions.ts';
import { removeMachines, stayingMachines } from './machines.ts';
import { newEtag } from './plain.ts';
import { freezeMachines } from './pool-machines.ts';
import { beginOnPool, findPool } from './pool-operations.ts';
import { showPool } from './pool-record.ts';
import { checkSystemPools } from './pool-rules.ts';
import { putPool } from './put-pool.ts';
import { checkPreconditions } from './request-body.ts';

function getPool(world: World, request: ArmRequest): ArmReply {
  return reply(200, showPool(findPool(world, request, findCluster(world, request))));
}

function listPools(world: World, request: ArmRequest): ArmReply {
  const pools = poolsOf(world.state, findCluster(world, request));
  return pageOf(request, pools.map(showPool), world.settings.pageSize);
}

function deletePool(world: World, request: ArmRequest): ArmReply {
  const cluster = findCluster(world, request);
  const pool = poolsOf(world.state, cluster).find(({ name }) => name === request.param('pool').toLowerCase());
  if (!pool) return reply(204);
  checkPreconditions(request, pool);
  const running = runningOn(world.state, pool.operationId);
  if (running?.kind === 'pool.delete')
    return reply(202, undefined, operationHeaders(request, running, 'both'));
  checkPoolIdle(world, cluster, pool);
  checkSystemPools(
    poolsOf(world.state, cluster)
      .filter(({ key }) => key !== pool.key)
      .map((p) => p.properties),
  );
  const operation = beginOnPool(world, request, cluster, pool, {
    kind: 'pool.delete',
    timing: 'poolDelete',
    fails: drainFailure(world, request, cluster, pool),
  });
  if (!operation.fails) {
    const machines = stayingMachines(world.state, pool.key);
    removeMachines(world, machines, request.now, operation.endsAt - request.now);
  }
  world.state.pools.put(pool.key, {
    ...pool,
    state: 'Deleting',
    operationId: operation.id,
    etag: newEtag(world),
  });
  return reply(202, undefined, operationHeaders(request, operation, 'both'));
}

/** AKS drains the nodes of a pool before it deletes them, and gives up where a budget allows no eviction. */
function drainFailure(world: World, request: ArmRequest, cluster: Cluster, pool: Pool): Failure | undefined {
  if (request.query.get('ignore-pod-disruption-budget')?.toLowerCase() === 'true') return undefined;
  for (const { name } of stayingMachines(world.state, pool.key)) {
    const budget = world.settings.heldBy({ clusterUid: cluster.uid, name });
    if (budget !== undefined)
      return {
        code: 'PodDrainFailure',
        message: `Drain of ${name} did not complete: Too many req pod on node ${name}: blocked by pdb ${budget} with 0 unready pods. See http://aka.ms/aks/debugdrainfailures`,
      };
  }
  return undefined;
}

function abortPool(world: World, request: ArmRequest): ArmReply {
  const cluster = findCluster(world, request);
  const pool = findPool(world, request, cluster);
  const running = runningOn(world.state, pool.operationId);
  if (!running || running.kind === 'pool.delete')
    throw conflict('OperationNotAllowed', 'There is no operation in progress that can be aborted.', {
      bare: true,
    });
  cancelOperation(world, running, request.now, { code: 'Canceled', message: 'The operation was aborted.' });
  freezeMachines(world, pool, request.now);
  const operation = beginOnPool(world, request, cluster, pool, { kind: 'abort', timing: 'abort' });
  world.state.pools.put(pool.key, { ...pool, state: 'Canceling', operationId: operation.id });
  return reply(202, undefined, operationHeaders(request, operation, 'both'));
}

const CLUSTER_PATH =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/{cluster}';
const POOLS = `${CLUSTER_PATH}/agentPools`;
const POOL = `${POOLS}/{pool}`;
const ACTION = 'Microsoft.ContainerService/managedClusters/agentPools';

export const agentPoolRoutes: readonly Route[] = [
  { method: 'GET', path: POOLS, operation: 'agentPools.list', action: `${ACTION}/read`, handle: listPools },
  { method: 'GET', path: POOL, operation: 'agentPools.get', action: `${ACTION}/read`, handle: getPool },
  {
    method: 'PUT',
    path: POOL,
    operation: 'agentPools.createOrUpdate',
    action: `${ACTION}/write`,
    limit: 'putAgentPool',
    handle: putPool,
  },
  {
    method: 'DELETE',
    path: POOL,
    operation: 'agentPools.delete',
    action: `${ACTION}/delete`,
    handle: deletePool,
  },
  {
    method: 'POST',
    path: `${POOL}/abort`,
    operation: 'agentPools.abortLatestOperation',
    action: `${ACTION}/abort/action`,
    handle: abortPool,
  },
  {
    method: 'GET',
    path: `${POOL}/upgradeProfiles/default`,
    operation: 'agentPools.getUpgradeProfile',
    action: `${ACTION}/upgradeProfiles/read`,
    handle: (world, request) => poolUpgrades(findPool(world, request, findCluster(world, request))),
  },
  {
    method: 'GET',
    path: `${CLUSTER_PATH}/availableAgentPoolVersions`,
    operation: 'agentPools.getAvailableAgentPoolVersions',
    action: 'Microsoft.ContainerService/managedClusters/availableAgentPoolVersions/read',
    handle: (world, request) => poolVersions(world, request, findCluster(world, request)),
  },
];
