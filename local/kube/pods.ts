/**
 * Pods: how they are made, bound to nodes and ended. A pod runs as soon as it is bound and its node has a network for
 * it. It ends `podStopMs` after it was told to, unless its node's kubelet is silent: then it stays terminating, as on a
 * real cluster.
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import { type Cluster, drop, keep, stored } from './cluster.ts';
import {
  endedStatus,
  endsAt,
  isToEnd,
  leavesReboot,
  runningStatuses,
  unknownImage,
  unpulledStatus,
} from './containers.ts';
import { strikes } from './faults.ts';
import { sameJson } from './merge.ts';
import { networkReadyAt } from './node-conditions.ts';
import { type ApiObject, child, digest, type OwnerReference, timestamp, uidFor } from './object.ts';
import { orderReboot } from './reboots.ts';
import { resource } from './resources.ts';

const PODS = resource('pods');
const SECRETS = resource('secrets');

export interface NewPod {
  readonly name: string;
  readonly namespace: string;
  readonly owner: OwnerReference;
  readonly template: JsonObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly nodeName?: string;
}

/** What pods that ask for nothing weigh, in thousandths of a core: their share of a node's load. */
const MODEST_MILLI = 10;

const Cpu = z.object({ cpu: z.union([z.string(), z.number()]) });
const Requests = z
  .array(z.object({ resources: z.object({ requests: Cpu }).catch({ requests: { cpu: 0 } }) }))
  .catch([]);
const Volumes = z
  .array(
    z.object({
      secret: z.object({ secretName: z.string(), optional: z.boolean().default(false) }).exactOptional(),
    }),
  )
  .catch([]);
const Containers = z.array(z.object({ image: z.string(), args: z.array(z.string()).catch([]) })).catch([]);

export const pods = (cluster: Cluster): readonly ApiObject[] => stored(cluster, PODS);

export function nodeNameOf(pod: ApiObject): string | undefined {
  const { nodeName } = child(pod, 'spec');
  return typeof nodeName === 'string' && nodeName !== '' ? nodeName : undefined;
}

export const isTerminating = ({ metadata }: ApiObject): boolean => metadata.deletionTimestamp !== undefined;

export const phaseOf = (pod: ApiObject): string => String(child(pod, 'status').phase ?? 'Pending');

export function requestedMilli(pod: ApiObject): number {
  const asked = Requests.parse(child(pod, 'spec').containers).map(({ resources }) => resources.requests.cpu);
  const milli = asked
    .map(String)
    .map((cpu) => (cpu.endsWith('m') ? Number.parseInt(cpu, 10) : Number(cpu) * 1000));
  return Math.max(
    milli.reduce((sum, one) => sum + (Number.isFinite(one) ? one : 0), 0),
    MODEST_MILLI,
  );
}

export function createPod(cluster: Cluster, pod: NewPod): ApiObject {
  const spec = child(pod.template, 'spec');
  const object: ApiObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: pod.name,
      namespace: pod.namespace,
      uid: uidFor(`${cluster.id}/pods/${pod.namespace}/${pod.name}`),
      creationTimestamp: timestamp(cluster.nowMs),
      labels: { ...pod.labels },
      ownerReferences: [pod.owner],
    },
    spec: { terminationGracePeriodSeconds: 30, ...spec },
    status: { phase: 'Pending' },
  };
  return pod.nodeName === undefined ? keep(cluster, PODS, object) : bind(cluster, object, pod.nodeName);
}

/** The binding of the scheduler and the kubelet's first report in one. */
export function bind(cluster: Cluster, pod: ApiObject, nodeName: string): ApiObject {
  const bound = { ...pod, spec: { ...child(pod, 'spec'), nodeName } };
  return canStart(cluster, bound) ? start(cluster, bound) : keep(cluster, PODS, bound);
}

/** Pods that were bound before their node had a network: their containers are made now. */
export function startWaiting(cluster: Cluster): void {
  for (const pod of pods(cluster)) {
    if (phaseOf(pod) === 'Pending' && nodeNameOf(pod) !== undefined && canStart(cluster, pod)) {
      start(cluster, pod);
    }
  }
}

/** Managed nodes are shown once they have a network; on others only pods on the host's own network start before. */
function canStart(cluster: Cluster, pod: ApiObject): boolean {
  if (lacksSecret(cluster, pod)) return false;
  const { hostNetwork, nodeName } = child(pod, 'spec');
  const machine = cluster.machines.find(({ name }) => name === nodeName);
  if (machine?.kubeadm === undefined || hostNetwork === true) return true;
  return networkReadyAt(cluster, machine) <= cluster.nowMs;
}

/** Kubelets wait for what a pod mounts, unless it says that it can do without. */
function lacksSecret(cluster: Cluster, pod: ApiObject): boolean {
  const needed = Volumes.parse(child(pod, 'spec').volumes).filter(({ secret }) => secret?.optional === false);
  if (needed.length === 0) return false;
  const { namespace } = pod.metadata;
  const here = stored(cluster, SECRETS).filter(({ metadata }) => metadata.namespace === namespace);
  return needed.some(({ secret }) => !here.some(({ metadata }) => metadata.name === secret?.secretName));
}

function start(cluster: Cluster, pod: ApiObject): ApiObject {
  const unknown = isToEnd(pod) ? unknownImage(pod) : undefined;
  if (unknown !== undefined) return waitInVain(cluster, pod, unknown);
  const at = timestamp(cluster.nowMs);
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: at,
  }));
  const containerStatuses = isToEnd(pod) ? { containerStatuses: runningStatuses(pod, at) } : {};
  return keep(cluster, PODS, {
    ...pod,
    status: { phase: 'Running', startTime: at, conditions, ...containerStatuses },
  });
}

function waitInVain(cluster: Cluster, pod: ApiObject, image: string): ApiObject {
  const status = unpulledStatus(pod, image);
  return sameJson(pod.status, status) ? pod : keep(cluster, PODS, { ...pod, status });
}

/** When it ended by itself. */
export function finishedAt(pod: ApiObject): EpochMs | undefined {
  return ['Succeeded', 'Failed'].includes(phaseOf(pod)) ? endsAt(pod) : undefined;
}

/** When it will, for pods that run. */
export const finishesAt = (pod: ApiObject): EpochMs =>
  (phaseOf(pod) === 'Running' ? endsAt(pod) : undefined) ?? Number.POSITIVE_INFINITY;

/** Programs that have done their work end, unless their kubelet does nothing any more. */
export function finishPods(cluster: Cluster): void {
  const silent = silentNodes(cluster);
  for (const pod of pods(cluster)) {
    const node = nodeNameOf(pod) ?? '';
    if (finishesAt(pod) > cluster.nowMs || silent.has(node)) continue;
    if (leavesReboot(cluster, pod)) orderReboot(cluster, node);
    keep(cluster, PODS, { ...pod, status: endedStatus(cluster, pod) });
  }
}

/** Five characters that no other pod of the cluster had: the names of API servers look alike. */
export function podSuffix(cluster: Cluster, owner: string): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const bytes = Buffer.from(digest(`${cluster.id}/${owner}/${cluster.store.version(cluster.id)}`), 'hex');
  return [...bytes.subarray(0, 5)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

/** Graceful; the pod is still there until `sweepPods` finds its time has come. */
export function terminate(cluster: Cluster, pod: ApiObject): void {
  if (isTerminating(pod)) return;
  // Nothing of it runs.
  if (nodeNameOf(pod) === undefined || finishedAt(pod) !== undefined) {
    drop(cluster, PODS, pod);
    return;
  }
  // Milliseconds, unlike API servers, because the simulated grace may be shorter than a second.
  const deletionTimestamp = new Date(cluster.nowMs + cluster.times.podStopMs).toISOString();
  keep(cluster, PODS, { ...pod, metadata: { ...pod.metadata, deletionTimestamp } });
}

/** Its owner is gone and left it behind. */
export function orphan(cluster: Cluster, pod: ApiObject): void {
  keep(cluster, PODS, { ...pod, metadata: { ...pod.metadata, ownerReferences: undefined } });
}

export const removeNow = (cluster: Cluster, pod: ApiObject): void => drop(cluster, PODS, pod);

/** Ends pods whose time has come, and those whose node is no more. */
export function sweepPods(cluster: Cluster, nodeNames: ReadonlySet<string>): void {
  const silent = silentNodes(cluster);
  for (const pod of pods(cluster)) {
    const nodeName = nodeNameOf(pod);
    if (nodeName === undefined) continue;
    const { deletionTimestamp } = pod.metadata;
    const due = deletionTimestamp !== undefined && Date.parse(deletionTimestamp) <= cluster.nowMs;
    if (!nodeNames.has(nodeName) || (due && !silent.has(nodeName))) removeNow(cluster, pod);
  }
}

/** Nodes whose kubelet does nothing any more. */
export function silentNodes(cluster: Cluster): ReadonlySet<string> {
  const faults = cluster.faults.filter(({ fault }) => fault.kind === 'node-lost');
  const silent = cluster.machines.filter(
    (machine) => machine.state === 'lost' || faults.some((stored) => strikes(stored, machine)),
  );
  return new Set(silent.map(({ name }) => name));
}

/** Of pods that run and are to go on, on nodes whose kubelet is alive. */
export function runningContainers(cluster: Cluster): z.output<typeof Containers> {
  const silent = silentNodes(cluster);
  return pods(cluster)
    .filter((pod) => phaseOf(pod) === 'Running' && !isTerminating(pod) && !silent.has(nodeNameOf(pod) ?? ''))
    .flatMap((pod) => Containers.parse(child(pod, 'spec').containers));
}
