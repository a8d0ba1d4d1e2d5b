/** The machines of a pool as AKS shows them, and the removal of single ones. */
import { z } from 'zod';
import { ArmError, badRequest } from '../errors.ts';
import { pageOf } from '../listing.ts';
import { operationHeaders } from '../operations.ts';
import type { Cluster, Machine, Pool } from '../state.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { checkPoolIdle, findCluster } from './aks-operations.ts';
import { invalidParameter } from './cluster-rules.ts';
import { machineState, machinesOf, removeMachines, stayingMachines } from './machines.ts';
import { scaleSetKey } from './node-resource-group.ts';
import { newEtag } from './plain.ts';
import { beginOnPool, findPool } from './pool-operations.ts';

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
  const operation = beginOnPool(world, request, cluster, pool, {
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

const POOL =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/{cluster}/agentPools/{pool}';
const ACTION = 'Microsoft.ContainerService/managedClusters/agentPools';

export const poolMachineRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: `${POOL}/deleteMachines`,
    operation: 'agentPools.deleteMachines',
    action: `${ACTION}/deleteMachines/action`,
    handle: deleteMachines,
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
