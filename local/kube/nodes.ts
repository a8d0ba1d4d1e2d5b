/**
 * Nodes of a simulated cluster. A node is derived from its machine on each look; what API clients changed is kept as a
 * merge patch over that («overlay»), so pool changes of the cloud and edits of people both show. The status is always
 * derived: nobody but the kubelet writes it.
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { Cluster } from './cluster.ts';
import { mergeDiff, mergePatch } from './merge.ts';
import { nodeConditions } from './node-conditions.ts';
import { ApiObject, child, timestamp, uidFor } from './object.ts';
import type { SimulatedMachine } from './port.ts';

const OVERLAYS = 'slipway/node-overlays';
/** Node controllers own this prefix: such taints follow from the node's state and are never kept. */
const STATE_TAINT_PREFIX = 'node.kubernetes.io/';

const Taint = z.object({ key: z.string(), value: z.string().optional(), effect: z.string() });
type Taint = z.output<typeof Taint>;
const Taints = z.array(Taint).catch([]);

const Overlay = z.object({
  version: z.string(),
  /** Which life of the machine it belongs to: a machine of the same name that joins later starts clean. */
  uid: z.string(),
  /** Deleted through the API: a kubelet does not register a second time while it runs. */
  deleted: z.boolean(),
  patch: z.record(z.string(), z.json()),
});
type Overlay = z.output<typeof Overlay>;

export function nodes(cluster: Cluster): readonly ApiObject[] {
  return cluster.machines.map((machine) => nodeOf(cluster, machine)).filter((node) => node !== undefined);
}

export function node(cluster: Cluster, name: string): ApiObject | undefined {
  const machine = cluster.machines.find((candidate) => candidate.name === name);
  return machine === undefined ? undefined : nodeOf(cluster, machine);
}

function nodeOf(cluster: Cluster, machine: SimulatedMachine): ApiObject | undefined {
  const overlay = overlayOf(cluster, machine);
  if (overlay?.deleted) return undefined;
  const registered = registration(cluster, machine);
  const seen = mergePatch(registered, overlay?.patch ?? {});
  const conditions = nodeConditions(cluster, machine);
  const spec = child(seen, 'spec');
  const taints = [...Taints.parse(spec.taints), ...stateTaints(spec, conditions)];
  return ApiObject.parse({
    ...seen,
    metadata: {
      ...registered.metadata,
      ...child(seen, 'metadata'),
      resourceVersion: overlay?.version ?? '1',
    },
    spec: { ...spec, ...(taints.length === 0 ? {} : { taints }) },
    status: { ...status(machine), conditions },
  });
}

function overlayOf(cluster: Cluster, machine: SimulatedMachine): Overlay | undefined {
  const body = cluster.store.get(cluster.id, OVERLAYS, machine.name);
  const overlay = body === undefined ? undefined : Overlay.parse(body);
  return overlay?.uid === uidOf(cluster, machine) ? overlay : undefined;
}

const uidOf = (cluster: Cluster, machine: SimulatedMachine): string =>
  uidFor(`${cluster.id}/nodes/${machine.name}/${machine.joinedAt ?? 0}`);

export function keepNode(cluster: Cluster, written: ApiObject): ApiObject {
  const machine = cluster.machines.find(({ name }) => name === written.metadata.name);
  if (machine === undefined) return written;
  const spec = child(written, 'spec');
  const taints = Taints.parse(spec.taints).filter(({ key }) => !key.startsWith(STATE_TAINT_PREFIX));
  const kept = {
    ...written,
    spec: { ...spec, taints: taints.length === 0 ? undefined : taints },
    status: undefined,
  };
  putOverlay(cluster, machine, false, mergeDiff(registration(cluster, machine), kept));
  return nodeOf(cluster, machine) ?? written;
}

export function deleteNode(cluster: Cluster, name: string): void {
  const machine = cluster.machines.find((candidate) => candidate.name === name);
  if (machine !== undefined) putOverlay(cluster, machine, true, {});
}

function putOverlay(cluster: Cluster, machine: SimulatedMachine, deleted: boolean, patch: JsonObject): void {
  const version = String(cluster.store.nextVersion(cluster.id));
  const overlay = { version, uid: uidOf(cluster, machine), deleted, patch };
  cluster.store.put(cluster.id, OVERLAYS, machine.name, overlay);
}

/** What the kubelet and the cloud controller write when the machine joins. */
function registration(cluster: Cluster, machine: SimulatedMachine) {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: machine.name,
      uid: uidOf(cluster, machine),
      creationTimestamp: timestamp(machine.joinedAt ?? cluster.nowMs),
      labels: { ...wellKnownLabels(machine), ...machine.labels },
    },
    spec: {
      providerID: machine.providerId,
      ...(machine.taints.length === 0 ? {} : { taints: machine.taints.map((taint) => ({ ...taint })) }),
    },
  };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/ and https://learn.microsoft.com/azure/aks/use-labels */
function wellKnownLabels(machine: SimulatedMachine): Readonly<Record<string, string>> {
  return {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': machine.name,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': machine.instanceType,
    'topology.kubernetes.io/region': machine.region,
    'topology.kubernetes.io/zone': zoneLabel(machine),
    ...(machine.agentPool === undefined ? {} : aksLabels(machine, machine.agentPool)),
  };
}

/** Azure numbers its zones and gives regional machines zone 0; AWS names them in full. */
function zoneLabel({ zone = '0', region }: SimulatedMachine): string {
  return /^\d+$/.test(zone) && zone !== '0' ? `${region}-${zone}` : zone;
}

const aksLabels = (machine: SimulatedMachine, agentPool: string) => ({
  agentpool: agentPool,
  'kubernetes.azure.com/agentpool': agentPool,
  'kubernetes.azure.com/mode': machine.system ? 'system' : 'user',
  'kubernetes.azure.com/role': 'agent',
});

/** What the node lifecycle controller adds: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function stateTaints(spec: JsonObject, conditions: ReturnType<typeof nodeConditions>): readonly Taint[] {
  const ready = conditions.find(({ type }) => type === 'Ready')?.status;
  const taint = (name: string, effect: string): Taint => ({ key: `${STATE_TAINT_PREFIX}${name}`, effect });
  return [
    ...(spec.unschedulable === true ? [taint('unschedulable', 'NoSchedule')] : []),
    ...(ready === 'False' ? [taint('not-ready', 'NoSchedule'), taint('not-ready', 'NoExecute')] : []),
    ...(ready === 'Unknown' ? [taint('unreachable', 'NoSchedule'), taint('unreachable', 'NoExecute')] : []),
  ];
}

/** Kubelet and system keep some of a machine for themselves. Rounded from AKS: 180 mCPU and 1.5 GiB or a quarter. */
function status(machine: SimulatedMachine) {
  const kib = Math.floor(machine.memoryBytes / 1024);
  const reservedKib = Math.min(1.5 * 1024 * 1024, kib / 4);
  return {
    capacity: { cpu: `${machine.cpuMilli}m`, memory: `${kib}Ki`, pods: '110' },
    allocatable: {
      cpu: `${Math.max(machine.cpuMilli - 180, 0)}m`,
      memory: `${Math.floor(kib - reservedKib)}Ki`,
      pods: '110',
    },
    addresses: [{ type: 'Hostname', address: machine.name }],
    nodeInfo: {
      architecture: 'amd64',
      containerRuntimeVersion: 'containerd://1.7.27',
      kernelVersion: '5.15.0-1089-azure',
      kubeletVersion: machine.kubeletVersion,
      kubeProxyVersion: machine.kubeletVersion,
      machineID: uidFor(machine.providerId).replaceAll('-', ''),
      bootID: uidFor(`${machine.providerId}/boot`),
      systemUUID: uidFor(`${machine.providerId}/system`),
      operatingSystem: 'linux',
      osImage: 'Ubuntu 22.04.5 LTS',
    },
  };
}
