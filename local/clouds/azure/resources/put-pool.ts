/** PUT of an agent pool: adds it to its cluster, scales it, or changes what may change. */
import { parentNotFound } from '../errors.ts';
import { beginOperation, lateFailure, operationHeaders } from '../operations.ts';
import { checkVcpuQuota } from '../quota.ts';
import type { Cluster, Pool } from '../state.ts';
import { type ArmReply, type ArmRequest, reply, type World } from '../world.ts';
import { type PoolProperties, poolBody } from './aks-body.ts';
import { AKS, checkPoolIdle, clusterKeyOf, poolsOf } from './aks-operations.ts';
import { checkNodeSubnets } from './cluster-network-rules.ts';
import { invalidParameter } from './cluster-rules.ts';
import { stayingMachines } from './machines.ts';
import { growingPool, machineNeeds, reconcilePool } from './pool-machines.ts';
import { desiredPool, POOL_TYPE, poolRecord, showPool } from './pool-record.ts';
import {
  checkImageVersion,
  checkPool,
  checkPoolChange,
  checkPoolName,
  checkSystemPools,
  MAX_POOLS,
} from './pool-rules.ts';
import { checkPreconditions, readBody } from './request-body.ts';

export function putPool(world: World, request: ArmRequest): ArmReply {
  const name = request.param('pool');
  const cluster = world.state.clusters.get(clusterKeyOf(request));
  if (!cluster)
    throw parentNotFound('managedClusters/agentPools', request.path.split('/agentPools/')[0] ?? '');
  const { properties: given = {} } = readBody(request, POOL_TYPE, poolBody);
  const existing = poolsOf(world.state, cluster).find((pool) => pool.name === name);
  checkPreconditions(request, existing);
  checkPoolName(name, given.osType);
  checkImageVersion(request, given);
  checkPoolIdle(world, cluster, existing);
  if (existing) checkPoolChange(existing, given);
  const properties = desiredPool(cluster, given, existing);
  checkChange(world, request, { cluster, name, properties, existing });
  const { pool, operationId } = carryOut(world, request, { cluster, name, properties, existing });
  const operation = world.state.operations.get(operationId);
  const headers = operation ? operationHeaders(request, operation, 'async') : {};
  return reply(existing ? 200 : 201, showPool(pool), headers);
}

interface Change {
  readonly cluster: Cluster;
  readonly name: string;
  readonly properties: PoolProperties;
  readonly existing: Pool | undefined;
}

function checkChange(world: World, request: ArmRequest, change: Change): void {
  const { cluster, name, properties, existing } = change;
  const others = poolsOf(world.state, cluster).filter((pool) => pool.name !== name);
  if (others.length + 1 > MAX_POOLS)
    throw invalidParameter('agentPoolProfiles', `at most ${MAX_POOLS} pools`);
  checkPool(name, properties, cluster.location);
  checkSystemPools([...others.map((pool) => pool.properties), properties]);
  const growing = growingPool(world, name, properties, existing);
  const unchanged = others.map((pool) => ({ name: pool.name, properties: pool.properties, gains: 0 }));
  checkNodeSubnets(world, request, cluster, [growing, ...unchanged]);
  checkVcpuQuota(world, cluster.location, machineNeeds([growing]));
}

function carryOut(world: World, request: ArmRequest, change: Change) {
  const { cluster, name, properties, existing } = change;
  const { now } = request;
  const made = poolRecord(world, cluster, name, properties, existing, now);
  const { timing, state } = kindOfWork(world, made, existing);
  const durationMs = world.chance.milliseconds(`${timing}${made.key}${now}`, world.settings.timings[timing]);
  const injected = lateFailure(world, request, cluster.location);
  const outcome = injected
    ? { pool: made, failure: injected }
    : reconcilePool(world, { cluster, pool: made, now, durationMs });
  const operation = beginOperation(world, now, {
    kind: 'pool.put',
    targetKey: made.key,
    clusterKey: cluster.key,
    namespace: AKS,
    subscription: cluster.subscription,
    location: cluster.location,
    durationMs,
    ...(outcome.failure ? { fails: outcome.failure } : {}),
  });
  const pool = { ...outcome.pool, state, operationId: operation.id };
  world.state.pools.put(pool.key, pool);
  return { pool, operationId: operation.id };
}

/** What the write amounts to: it names the state that people see and decides how long it takes. */
function kindOfWork(world: World, pool: Pool, existing: Pool | undefined) {
  if (!existing) return { timing: 'poolCreate', state: 'Creating' } as const;
  if (pool.targetVersion !== pool.currentVersion)
    return { timing: 'poolUpgrade', state: 'Upgrading' } as const;
  if (stayingMachines(world.state, pool.key).length !== pool.properties.count)
    return { timing: 'poolScale', state: 'Scaling' } as const;
  return { timing: 'poolUpdate', state: 'Updating' } as const;
}
