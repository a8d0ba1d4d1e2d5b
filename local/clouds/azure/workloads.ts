/**
 * The seam to the simulated Kubernetes: which clusters have an API to serve, and which machines are their nodes at this
 * moment. It reads only; a node is there because its machine is.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import { keyOf } from './ids.ts';
import { accessTo, type KubernetesAccess } from './resources/kubeconfig.ts';
import { type MachineState, machineState, machinesOf } from './resources/machines.ts';
import { scaleSetKey } from './resources/node-resource-group.ts';
import type { Cluster, Machine, Pool, Tags } from './state.ts';
import type { World } from './world.ts';

export interface SimulatedCluster extends KubernetesAccess {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly version: string;
  /** The control plane answers. */
  readonly isUp: boolean;
}

export interface SimulatedTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface SimulatedMachine {
  /** Name of the node. */
  readonly name: string;
  readonly providerId: string;
  readonly pool: string;
  /** `westeurope-1`; absent: not in a zone. */
  readonly zone?: string;
  readonly instanceType: string;
  readonly privateIp: string;
  readonly state: MachineState;
  readonly version: string;
  readonly createdAt: EpochMs;
  /** When it registers, or registered, as a node; cloud time. */
  readonly joinsAt: EpochMs;
  readonly labels: Tags;
  readonly taints: readonly SimulatedTaint[];
}

export const simulatedClusters = (world: World): SimulatedCluster[] =>
  world.state.clusters.values().map((cluster) => describeCluster(world, cluster));

export function simulatedCluster(world: World, uid: string): SimulatedCluster | undefined {
  const found = world.state.clusters.values().find((cluster) => cluster.uid === uid);
  return found && describeCluster(world, found);
}

const describeCluster = (world: World, cluster: Cluster): SimulatedCluster => ({
  ...accessTo(world, cluster),
  id: cluster.id,
  name: cluster.name,
  location: cluster.location,
  version: cluster.currentVersion,
  isUp: world.clock.now() >= cluster.upAt,
});

/** Empty when there is no such cluster. `clusterId` in any letter case. */
export function simulatedMachines(world: World, clusterId: string): SimulatedMachine[] {
  const cluster = world.state.clusters.get(keyOf(clusterId));
  if (!cluster) return [];
  const now = world.clock.now();
  return world.state.pools
    .inGroup(cluster.key)
    .flatMap((pool) => machinesOf(world.state, pool.key, now).map((m) => describe(cluster, pool, m, now)));
}

function describe(cluster: Cluster, pool: Pool, machine: Machine, now: EpochMs): SimulatedMachine {
  return {
    name: machine.name,
    providerId: `azure://${scaleSetKey(cluster, pool)}/virtualMachines/${machine.index}`,
    pool: pool.name,
    ...(machine.zone ? { zone: `${cluster.location}-${machine.zone}` } : {}),
    instanceType: machine.vmSize,
    privateIp: machine.privateIp,
    state: machineState(machine, now) ?? 'Deleting',
    version: machine.version,
    createdAt: machine.createdAt,
    joinsAt: machine.joinsAt,
    labels: labelsOf(cluster, pool, machine),
    taints: taintsOf(pool),
  };
}

/** The labels that AKS puts on its nodes; a pool's own come on top. */
function labelsOf(cluster: Cluster, pool: Pool, machine: Machine): Tags {
  const { location, nodeGroup } = cluster;
  return {
    agentpool: pool.name,
    'kubernetes.azure.com/agentpool': pool.name,
    'kubernetes.azure.com/cluster': nodeGroup,
    'kubernetes.azure.com/mode': (pool.properties.mode ?? 'User').toLowerCase(),
    'kubernetes.azure.com/role': 'agent',
    ...(machine.spot ? { 'kubernetes.azure.com/scalesetpriority': 'spot' } : {}),
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': machine.name,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': machine.vmSize,
    'topology.kubernetes.io/region': location,
    // Regional machines carry their fault domain here.
    'topology.kubernetes.io/zone': machine.zone ? `${location}-${machine.zone}` : '0',
    ...pool.properties.nodeLabels,
  };
}

function taintsOf(pool: Pool): SimulatedTaint[] {
  const spot =
    pool.properties.scaleSetPriority === 'Spot'
      ? ['kubernetes.azure.com/scalesetpriority=spot:NoSchedule']
      : [];
  return [...spot, ...(pool.properties.nodeTaints ?? [])].map(parseTaint);
}

function parseTaint(text: string): SimulatedTaint {
  const [pair = '', effect = ''] = text.split(':');
  const [key = '', value] = pair.split('=');
  return { key, effect, ...(value ? { value } : {}) };
}
