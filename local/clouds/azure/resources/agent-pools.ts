/** Agent pools: reading, deleting, deleting single machines, aborting. PUT has a file of its own. */
import { z } from 'zod';
import { ArmError, badRequest, conflict } from '../errors.ts';
import { pageOf } from '../listing.ts';
import { beginOperation, cancelOperation, lateFailure, operationHeaders, runningOn } from '../operations.ts';
import type { TimingName } from '../settings.ts';
import type { Cluster, Machine, OperationKind, Pool } from '../state.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { AKS, checkPoolIdle, findCluster, poolsOf } from './aks-operations.ts';
import { invalidParameter } from './cluster-rules.ts';
import { poolUpgrades, poolVersions } from './kubernetes-versions.ts';
import { machineState, machinesOf, removeMachines, stayingMachines } from './machines.ts';
import { scaleSetKey } from './node-resource-group.ts';
import { newEtag } from './plain.ts';
import { freezeMachines } from './pool-machines.ts';
import { showPool } from './pool-record.ts';
import { checkSystemPools } from './pool-rules.ts';
import { putPool } from './put-pool.ts';
import { checkPreconditions } from './request-body.ts';

function findPool(world: World, request: ArmRequest, cluster: Cluster): Pool {
  const name = request.param('pool');
  const pool = poolsOf(world.state, cluster).find((known) => known.name === name.toLowerCase());
  if (pool) return pool;
  throw new ArmError(
    404,
    'NotFound',
    `The agent pool '${name}' of the cluster '${cluster.name}' was not found.`,
    {
      bare: true,
    },
  );
}

function getPool(world: World, request: ArmRequest): ArmReply {
  return reply(200, showPool(findPool(world, request, findCluster(world, request))));
}

function listPools(world: World, request: ArmRequest): ArmReply {
  const pools = poolsOf(world.state, findCluster(world, request));
  return pageOf(request, pools.map(showPool), world.settings.pageSize);
}

interface PoolOperation {
  readonly kind: OperationKind;
  readonly timing: TimingName;
}

function begin(world: World, request: ArmRequest, cluster: Cluster, pool: Pool, what: PoolOperation) {
  const { now } = request;
  const durationMs = world.chance.milliseconds(
    `${what.timing}${pool.key}${now}`,
    world.settings.timings[what.timing],
  );
  const fails = lateFailure(world, request, cluster.location);
  return beginOperation(world, now, {
    kind: what.kind,
    targetKey: pool.key,
    clusterKey: cluster.key,
    namespace: AKS,
    subscription: cluster.subscription,
    location: cluster.location,
    durationMs,
    ...(fails ? { fails } : {}),
  });
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
  const operation = begin(world, request, cluster, pool, { kind: 'pool.delete', timing: 'poolDelete' });
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

const machineNames = z.object({ machineNames: z.array(z.string()).min(1) });

/** Removes exactly the machines that are named and lowers the count by as many. */
function deleteMachines(world: World, request: ArmRequest): ArmReply {
  const cluster = findCluster(world, request);
  const pool = findPool(world, request, cluster);
  const body = machineNames.safeParse(request.body());
  if (!body.success)
    throw invalidParameter('machineNames', 'a list of at least one machine name is required');
  checkPoolIdle(world, cluster, pool);
  const doomed = namedMachines(world, pool, body.data.machineNames);
  const count = stayingMachines(world.state, pool.key).length - doomed.length;
  if (pool.properties.mode === 'System' && count < 1)
    throw invalidParameter('machineNames', 'a system pool must keep at least one machine');
  const operation = begin(world, request, cluster, pool, {
    kind: 'pool.deleteMachines',
    timing: 'deleteMachines',
  });
  if (!operation.fails) removeMachines(world, doomed, request.now, operation.endsAt - request.now);
  const left = operation.fails ? pool.properties.count : count;
  world.state.pools.put(pool.key, {
    ...pool,
    properties: { ...pool.properties, ...(left === undefined ? {} : { count: left }) },
    targetVersion: pool.currentVersion,
    state: 'DeletingMachines',
    etag: newEtag(world),
    changedAt: request.now,
    operationId: operation.id,
  });
  return reply(202, undefined, operationHeaders(request, operation, 'both'));
}

function namedMachines(world: World, pool: Pool, names: readonly string[]): Machine[] {
  const present = stayingMachines(world.state, pool.key);
  return [...new Set(names)].map((name) => {
    const machine = present.find((known) => known.name === name);
    if (machine) return machine;
    throw badRequest(
      'InvalidParameter',
      `The machine '${name}' was not found in the agent pool '${pool.name}'.`,
      {
        target: 'machineNames',
        bare: true,
      },
    );
  });
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
  const operation = begin(world, request, cluster, pool, { kind: 'abort', timing: 'abort' });
  world.state.pools.put(pool.key, { ...pool, state: 'Canceling', operationId: operation.id });
  return reply(202, undefined, operationHeaders(request, operation, 'both'));
}

function showMachine(cluster: Cluster, pool: Pool, machine: Machine, now: number) {
  const scaleSet = scaleSetKey(cluster, pool);
  return {
    id: `${pool.id}/machines/${machine.name}`,
    name: machine.name,
    type: 'Microsoft.ContainerService/managedClusters/agentPools/machines',
    ...(machine.zone ? { zones: [machine.zone] } : {}),
    properties: {
      provisioningState: machineState(machine, now) === 'Running' ? 'Succeeded' : machineState(machine, now),
      resourceId: `${scaleSet}/virtualMachines/${machine.index}`,
      network: { ipAddresses: [{ family: 'IPv4', ip: machine.privateIp }] },
    },
  };
}

function listMachines(world: World, request: ArmRequest): ArmReply {
  const cluster = findCluster(world, request);
  const pool = findPool(world, request, cluster);
  const machines = machinesOf(world.state, pool.key, request.now);
  const shown = machines.map((machine) => showMachine(cluster, pool, machine, request.now));
  return pageOf(request, shown, world.settings.pageSize);
}

function getMachine(world: World, request: ArmRequest): ArmReply {
  const cluster = findCluster(world, request);
  const pool = findPool(world, request, cluster);
  const name = request.param('machine').toLowerCase();
  const machine = machinesOf(world.state, pool.key, request.now).find((known) => known.name === name);
  if (!machine)
    throw new ArmError(
      404,
      'NotFound',
      `The machine '${name}' of the agent pool '${pool.name}' was not found.`,
      {
        bare: true,
      },
    );
  return reply(200, showMachine(cluster, pool, machine, request.now));
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
    path: `${POOL}/deleteMachines`,
    operation: 'agentPools.deleteMachines',
    action: `${ACTION}/deleteMachines/action`,
    handle: deleteMachines,
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
  {
    method: 'GET',
    path: `${POOL}/machines`,
    operation: 'machines.list',
    action: `${ACTION}/machines/read`,
    handle: listMachines,
  },
  {
    method: 'GET',
    path: `${POOL}/machines/{machine}`,
    operation: 'machines.get',
    action: `${ACTION}/machines/read`,
    handle: getMachine,
  },
];
