/** Scale sets and their instances, to be read: AKS alone writes them. */
import { z } from 'zod';
import { resourceNotFound } from '../errors.ts';
import { groupId, keyOf, resourceId } from '../ids.ts';
import { pageOf } from '../listing.ts';
import type { Machine, PlainResource, Pool } from '../state.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';
import { machineState, machinesOf } from './machines.ts';
import { showPlain } from './plain.ts';

const TYPE = 'Microsoft.Compute/virtualMachineScaleSets';

function find(world: World, request: ArmRequest): PlainResource {
  const [subscription, group, name] = [
    request.param('subscription'),
    request.param('group'),
    request.param('name'),
  ];
  const resource = world.state.resources.get(keyOf(resourceId(subscription, group, TYPE, [name])));
  if (!resource) throw resourceNotFound(TYPE, name, group);
  return resource;
}

/** The pool that a scale set carries. */
function poolOf(world: World, scaleSet: PlainResource): Pool | undefined {
  const group = world.state.groups.get(keyOf(groupId(scaleSet.subscription, scaleSet.group)));
  const pools = world.state.pools.inGroup(keyOf(group?.managedBy ?? ''));
  return pools.find((pool) => pool.scaleSet === scaleSet.name);
}

const skuView = z.object({ sku: z.looseObject({}).optional() });

/** The capacity is what is there, whatever the pool wants. */
function show(world: World, scaleSet: PlainResource, now: number) {
  const pool = poolOf(world, scaleSet);
  const capacity = pool ? machinesOf(world.state, pool.key, now).length : 0;
  return { ...showPlain(scaleSet), sku: { ...skuView.parse(scaleSet.top).sku, capacity } };
}

function list(world: World, request: ArmRequest, group: string | undefined): ArmReply {
  const resources =
    group === undefined ? world.state.resources.values() : world.state.resources.inGroup(group);
  const mine = resources.filter(
    ({ type, subscription }) => type === TYPE && subscription === request.param('subscription'),
  );
  return pageOf(
    request,
    mine.map((one) => show(world, one, request.now)),
    world.settings.pageSize,
  );
}

function showInstance(scaleSet: PlainResource, machine: Machine, now: number) {
  const state = machineState(machine, now);
  return {
    id: `${scaleSet.id}/virtualMachines/${machine.index}`,
    instanceId: String(machine.index),
    name: `${scaleSet.name}_${machine.index}`,
    type: `${TYPE}/virtualMachines`,
    location: machine.location,
    ...(machine.zone ? { zones: [machine.zone] } : {}),
    tags: scaleSet.tags,
    sku: { name: machine.vmSize, tier: 'Standard' },
    properties: {
      latestModelApplied: true,
      provisioningState: state === 'Running' ? 'Succeeded' : state,
      osProfile: { computerName: machine.name },
      hardwareProfile: { vmSize: machine.vmSize },
    },
  };
}

function listInstances(world: World, request: ArmRequest): ArmReply {
  const scaleSet = find(world, request);
  const pool = poolOf(world, scaleSet);
  const machines = pool ? machinesOf(world.state, pool.key, request.now) : [];
  const shown = machines.map((machine) => showInstance(scaleSet, machine, request.now));
  return pageOf(request, shown, world.settings.pageSize);
}

const IN_GROUP =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachineScaleSets';

export const scaleSetRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Compute/virtualMachineScaleSets',
    operation: 'virtualMachineScaleSets.listAll',
    action: `${TYPE}/read`,
    handle: (world, request) => list(world, request, undefined),
  },
  {
    method: 'GET',
    path: IN_GROUP,
    operation: 'virtualMachineScaleSets.list',
    action: `${TYPE}/read`,
    handle: (world, request) =>
      list(world, request, keyOf(groupId(request.param('subscription'), request.param('group')))),
  },
  {
    method: 'GET',
    path: `${IN_GROUP}/{name}`,
    operation: 'virtualMachineScaleSets.get',
    action: `${TYPE}/read`,
    handle: (world, request) => reply(200, show(world, find(world, request), request.now)),
  },
  {
    method: 'GET',
    path: `${IN_GROUP}/{name}/virtualMachines`,
    operation: 'virtualMachineScaleSetVMs.list',
    action: `${TYPE}/virtualMachines/read`,
    handle: listInstances,
  },
];
