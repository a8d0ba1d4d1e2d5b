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
import { uidOf } from './node-marks.ts';
import { isKnownToCloud, registeredStatus, registration } from './node-registration.ts';
import { ApiObject, child, JsonValue } from './object.ts';
import type { SimulatedMachine } from './port.ts';

const OVERLAYS = 'slipway/node-overlays';
/** Node controllers own this prefix: such taints follow from the node's state and are never kept. */
const STATE_TAINT_PREFIX = 'node.kubernetes.io/';
/** The cloud controller's, likewise: https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/ */
const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';

const Taint = z.object({ key: z.string(), value: z.string().optional(), effect: z.string() });
type Taint = z.output<typeof Taint>;
const Taints = z.array(Taint).catch([]);

const Overlay = z.object({
  version: z.string(),
  /** Which life of the machine it belongs to: a machine of the same name that joins later starts clean. */
  uid: z.string(),
  /** Deleted through the API: a kubelet does not register a second time while it runs. */
  deleted: z.boolean(),
  patch: z.record(z.string(), JsonValue),
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
  const taints = [
    ...Taints.parse(spec.taints),
    ...cloudTaints(cluster, machine),
    ...stateTaints(spec, conditions),
  ];
  return ApiObject.parse({
    ...seen,
    metadata: {
      ...registered.metadata,
      ...child(seen, 'metadata'),
      resourceVersion: overlay?.version ?? '1',
    },
    spec: { ...spec, ...(taints.length === 0 ? {} : { taints }) },
    status: { ...registeredStatus(cluster, machine), conditions },
  });
}

function overlayOf(cluster: Cluster, machine: SimulatedMachine): Overlay | undefined {
  const body = cluster.store.get(cluster.id, OVERLAYS, machine.name);
  const overlay = body === undefined ? undefined : Overlay.parse(body);
  return overlay?.uid === uidOf(cluster, machine) ? overlay : undefined;
}

export function keepNode(cluster: Cluster, written: ApiObject): ApiObject {
  const machine = cluster.machines.find(({ name }) => name === written.metadata.name);
  if (machine === undefined) return written;
  const spec = child(written, 'spec');
  const taints = Taints.parse(spec.taints).filter(
    ({ key }) => !key.startsWith(STATE_TAINT_PREFIX) && key !== UNINITIALIZED,
  );
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
  if (machine === undefined) return;
  putOverlay(cluster, machine, true, {});
  cluster.selfManaged?.nodeDeleted(name);
}

function putOverlay(cluster: Cluster, machine: SimulatedMachine, deleted: boolean, patch: JsonObject): void {
  const version = String(cluster.store.nextVersion(cluster.id));
  const overlay = { version, uid: uidOf(cluster, machine), deleted, patch };
  cluster.store.put(cluster.id, OVERLAYS, machine.name, overlay);
}

const cloudTaints = (cluster: Cluster, machine: SimulatedMachine): readonly Taint[] =>
  machine.kubeadm?.awaitsCloud && !isKnownToCloud(cluster, machine)
    ? [{ key: UNINITIALIZED, value: 'true', effect: 'NoSchedule' }]
    : [];

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
