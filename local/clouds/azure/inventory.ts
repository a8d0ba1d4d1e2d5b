/** What exists in the simulated Azure, for people and for tests that look for leaks. Without what was seeded. */
import { keyOf, resourceId } from './ids.ts';
import { machineState } from './resources/machines.ts';
import { scaleSetKey } from './resources/node-resource-group.ts';
import type { Cluster, Machine, Pool, ResourceBase, Tags } from './state.ts';
import type { World } from './world.ts';

export interface InventoryItem {
  readonly cloud: 'azure';
  readonly region: string;
  /** Azure's own type name. */
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly tags: Tags;
  readonly state: string;
  /** True for what several clusters use together. */
  readonly shared?: boolean;
}

export function inventory(world: World): InventoryItem[] {
  const { groups, clusters, pools, resources, machines } = world.state;
  return [
    ...groups
      .values()
      .filter(({ seeded }) => !seeded)
      .map((group) => ({
        cloud: 'azure' as const,
        region: group.location,
        kind: 'Microsoft.Resources/resourceGroups',
        id: group.id,
        name: group.name,
        tags: group.tags,
        state: group.state,
      })),
    ...[...clusters.values(), ...resources.values()].filter(({ seeded }) => !seeded).map(itemOf),
    ...pools.values().map((pool) => ({ ...itemOf(pool), tags: pool.properties.tags ?? {} })),
    ...machines.values().flatMap((machine) => machineItem(world, machine)),
  ];
}

const itemOf = ({ location, type, id, name, tags, state }: ResourceBase): InventoryItem => ({
  cloud: 'azure',
  region: location,
  kind: type,
  id,
  name,
  tags,
  state,
});

function machineItem(world: World, machine: Machine): InventoryItem[] {
  const state = machineState(machine, world.clock.now());
  const cluster = world.state.clusters.get(machine.clusterKey);
  const pool = world.state.pools.get(machine.poolKey);
  if (!state || !cluster || !pool) return [];
  const scaleSet = world.state.resources.get(scaleSetKey(cluster, pool));
  return [
    {
      cloud: 'azure',
      region: machine.location,
      kind: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
      id: machineId(cluster, pool, machine),
      name: machine.name,
      tags: scaleSet?.tags ?? {},
      state,
    },
  ];
}

export const machineId = (cluster: Cluster, pool: Pool, machine: Machine): string =>
  `${resourceId(cluster.subscription, cluster.nodeGroup, 'Microsoft.Compute/virtualMachineScaleSets', [pool.scaleSet])}/virtualMachines/${machine.index}`;

/** Takes one machine away without anyone having asked for it. False when there is none of that id or name. */
export function loseMachine(world: World, id: string): boolean {
  const wanted = keyOf(id);
  for (const machine of world.state.machines.values()) {
    const cluster = world.state.clusters.get(machine.clusterKey);
    const pool = world.state.pools.get(machine.poolKey);
    if (!cluster || !pool) continue;
    if (machine.name !== wanted && keyOf(machineId(cluster, pool, machine)) !== wanted) continue;
    world.state.machines.delete(`${machine.poolKey}/${machine.name}`);
    return true;
  }
  return false;
}
