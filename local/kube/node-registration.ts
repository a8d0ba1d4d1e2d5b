/**
 * What a machine says of itself as a node: what the kubelet and the cloud controller write when it joins, and the part
 * of its status that does not change. https://kubernetes.io/docs/reference/labels-annotations-taints/
 */
import type { Cluster } from './cluster.ts';
import { markedAt, uidOf } from './node-marks.ts';
import { timestamp, uidFor } from './object.ts';
import type { SimulatedMachine } from './port.ts';
import { rebootOf } from './reboots.ts';

export function registration(cluster: Cluster, machine: SimulatedMachine) {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: machine.name,
      uid: uidOf(cluster, machine),
      creationTimestamp: timestamp(machine.joinedAt ?? cluster.nowMs),
      labels: { ...wellKnownLabels(cluster, machine), ...machine.labels },
    },
    spec: {
      ...(isKnownToCloud(cluster, machine) ? { providerID: machine.providerId } : {}),
      ...(machine.taints.length === 0 ? {} : { taints: machine.taints.map((taint) => ({ ...taint })) }),
    },
  };
}

/** Managed nodes come with all that; others get it from the cloud controller. */
export const isKnownToCloud = (cluster: Cluster, machine: SimulatedMachine): boolean =>
  machine.kubeadm === undefined || markedAt(cluster, 'cloud-controller', machine) !== undefined;

function wellKnownLabels(cluster: Cluster, machine: SimulatedMachine): Readonly<Record<string, string>> {
  return {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': machine.name,
    'kubernetes.io/os': 'linux',
    ...(isKnownToCloud(cluster, machine) ? cloudLabels(machine) : {}),
    ...(machine.agentPool === undefined ? {} : aksLabels(machine, machine.agentPool)),
  };
}

const cloudLabels = (machine: SimulatedMachine) => ({
  'node.kubernetes.io/instance-type': machine.instanceType,
  'topology.kubernetes.io/region': machine.region,
  'topology.kubernetes.io/zone': zoneLabel(machine),
});

/** Azure numbers its zones and gives regional machines zone 0; AWS names them in full. */
function zoneLabel({ zone = '0', region }: SimulatedMachine): string {
  return /^\d+$/.test(zone) && zone !== '0' ? `${region}-${zone}` : zone;
}

/** https://learn.microsoft.com/azure/aks/use-labels */
const aksLabels = (machine: SimulatedMachine, agentPool: string) => ({
  agentpool: agentPool,
  'kubernetes.azure.com/agentpool': agentPool,
  'kubernetes.azure.com/mode': machine.system ? 'system' : 'user',
  'kubernetes.azure.com/role': 'agent',
});

/** Of a node's disk: 128 GiB are the default of AKS, 60 that of our own machines. */
export const diskBytes = ({ kubeadm }: SimulatedMachine): number =>
  (kubeadm === undefined ? 128 : 60) * 1024 ** 3;

/** Kubelet and system keep some of a machine for themselves. Rounded from AKS: 180 mCPU and 1.5 GiB or a quarter. */
export function registeredStatus(cluster: Cluster, machine: SimulatedMachine) {
  const kib = Math.floor(machine.memoryBytes / 1024);
  const reservedKib = Math.min(1.5 * 1024 * 1024, kib / 4);
  const address = machine.kubeadm?.internalIp;
  const disk = `${diskBytes(machine) / 1024}Ki`;
  return {
    capacity: { cpu: `${machine.cpuMilli}m`, 'ephemeral-storage': disk, memory: `${kib}Ki`, pods: '110' },
    allocatable: {
      'ephemeral-storage': disk,
      cpu: `${Math.max(machine.cpuMilli - 180, 0)}m`,
      memory: `${Math.floor(kib - reservedKib)}Ki`,
      pods: '110',
    },
    addresses: [
      ...(address === undefined ? [] : [{ type: 'InternalIP', address }]),
      { type: 'Hostname', address: machine.name },
    ],
    nodeInfo: {
      architecture: 'amd64',
      containerRuntimeVersion: 'containerd://1.7.27',
      ...(address === undefined ? AKS_IMAGE : UBUNTU_IMAGE),
      kubeletVersion: machine.kubeletVersion,
      kubeProxyVersion: machine.kubeletVersion,
      machineID: uidFor(machine.providerId).replaceAll('-', ''),
      bootID: bootId(cluster, machine),
      systemUUID: uidFor(`${machine.providerId}/system`),
      operatingSystem: 'linux',
    },
  };
}

function bootId(cluster: Cluster, machine: SimulatedMachine): string {
  const reboot = rebootOf(cluster, machine);
  const booted = reboot !== undefined && reboot.fromMs <= cluster.nowMs ? `/${reboot.fromMs}` : '';
  return uidFor(`${machine.providerId}/boot${booted}`);
}

const AKS_IMAGE = { kernelVersion: '5.15.0-1089-azure', osImage: 'Ubuntu 22.04.5 LTS' };
const UBUNTU_IMAGE = { kernelVersion: '6.8.0-1029-aws', osImage: 'Ubuntu 24.04.2 LTS' };
