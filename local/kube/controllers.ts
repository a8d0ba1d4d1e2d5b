/**
 * The controllers and the scheduler of a simulated cluster, run once before each request instead of all the time:
 * DaemonSets have a pod on every node, Deployments their replicas, pods without a node get one, pods without owner end.
 * ReplicaSets are not kept; pods name the one they would have. StatefulSets and CronJobs make no pods.
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { runCloudController } from './cloud-controller.ts';
import { type Cluster, stored } from './cluster.ts';
import { runJobs } from './jobs.ts';
import { runManagedBalancers } from './managed-balancers.ts';
import { runNetworkPlugins } from './network-plugin.ts';
import { nodes } from './nodes.ts';
import { type ApiObject, child, digest, type OwnerReference, uidFor } from './object.ts';
import { fits, fitsAsDaemon } from './placement.ts';
import {
  bind,
  createPod,
  finishPods,
  isTerminating,
  nodeNameOf,
  podSuffix,
  pods,
  startWaiting,
  sweepPods,
  terminate,
} from './pods.ts';
import { resource } from './resources.ts';
import { mirrorStaticPods } from './static-pods.ts';
import { runStorageDriver } from './storage-driver.ts';
import { evictFromUnready } from './taint-eviction.ts';
import { runVelero } from './velero.ts';

const Labels = z.record(z.string(), z.string()).catch({});
/** Enough for any test; more would only cost time. */
const Replicas = z.number().int().min(0).max(1_000).catch(1);

/** One controller's work is the next one's cause; more rounds than this would be a circle. */
const MAX_ROUNDS = 8;

export function settle(cluster: Cluster): void {
  settleOnce(cluster);
  if (cluster.selfManaged === undefined) {
    runManagedBalancers(cluster);
    return;
  }
  for (let round = 1; round < MAX_ROUNDS; round++) {
    const before = cluster.store.version(cluster.id);
    mirrorStaticPods(cluster);
    runNetworkPlugins(cluster);
    runCloudController(cluster);
    runStorageDriver(cluster);
    settleOnce(cluster);
    if (cluster.store.version(cluster.id) === before) return;
  }
}

function settleOnce(cluster: Cluster): void {
  const all = nodes(cluster);
  sweepPods(cluster, new Set(all.map(({ metadata }) => metadata.name)));
  evictFromUnready(cluster, all);
  finishPods(cluster);
  const owned = [
    ...stored(cluster, resource('daemonsets')).flatMap((set) => runDaemonSet(cluster, set, all)),
    ...stored(cluster, resource('deployments')).flatMap((deployment) => runDeployment(cluster, deployment)),
    ...runJobs(cluster),
  ];
  endOrphans(cluster, new Set(owned));
  schedule(cluster, all);
  startWaiting(cluster);
  runVelero(cluster);
}

/** Returns the uids of the owners that its pods name. */
function runDaemonSet(cluster: Cluster, set: ApiObject, all: readonly ApiObject[]): readonly string[] {
  const owner = ownerReference('apps/v1', 'DaemonSet', set.metadata.name, set.metadata.uid ?? '');
  const running = podsOf(cluster, owner.uid);
  const template = templateOf(set);
  for (const { metadata } of all.filter((node) => fitsAsDaemon(template, node))) {
    if (running.some((pod) => nodeNameOf(pod) === metadata.name)) continue;
    const name = `${set.metadata.name}-${podSuffix(cluster, `${set.metadata.name}/${metadata.name}`)}`;
    createPod(cluster, { ...podBasics(set, template, owner), name, nodeName: metadata.name });
  }
  return [owner.uid];
}

function runDeployment(cluster: Cluster, deployment: ApiObject): readonly string[] {
  const { name, uid } = deployment.metadata;
  const template = templateOf(deployment);
  const hash = digest(JSON.stringify(template)).slice(0, 10);
  const owner = ownerReference('apps/v1', 'ReplicaSet', `${name}-${hash}`, uidFor(`${uid}/${hash}`));
  const running = podsOf(cluster, owner.uid).filter((pod) => !isTerminating(pod));
  const wanted = replicasOf(deployment);
  for (const extra of running.slice(wanted)) terminate(cluster, extra);
  for (let missing = wanted - running.length; missing > 0; missing--) {
    const basics = podBasics(deployment, template, owner);
    const labels = { ...basics.labels, 'pod-template-hash': hash };
    createPod(cluster, { ...basics, labels, name: `${owner.name}-${podSuffix(cluster, owner.name)}` });
  }
  return [owner.uid];
}

export const replicasOf = (deployment: ApiObject): number =>
  Replicas.parse(child(deployment, 'spec').replicas);

export const templateOf = (owner: ApiObject): JsonObject => child(child(owner, 'spec'), 'template');

export const templateLabels = (owner: ApiObject): Readonly<Record<string, string>> =>
  Labels.parse(child(templateOf(owner), 'metadata').labels);

function podBasics(owner: ApiObject, template: JsonObject, reference: OwnerReference) {
  const namespace = owner.metadata.namespace ?? 'default';
  return { namespace, template, owner: reference, labels: templateLabels(owner) };
}

const ownerReference = (apiVersion: string, kind: string, name: string, uid: string): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
  controller: true,
});

const podsOf = (cluster: Cluster, ownerUid: string): readonly ApiObject[] =>
  pods(cluster).filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === ownerUid));

/** Pods whose DaemonSet or Deployment is gone, or whose template changed. */
function endOrphans(cluster: Cluster, owners: ReadonlySet<string>): void {
  for (const pod of pods(cluster)) {
    const ours = pod.metadata.ownerReferences?.find(
      ({ kind }) => kind === 'DaemonSet' || kind === 'ReplicaSet' || kind === 'Job',
    );
    if (ours !== undefined && !owners.has(ours.uid)) terminate(cluster, pod);
  }
}

/** To the Ready, schedulable, tolerated node with the fewest pods; by name among equals. */
function schedule(cluster: Cluster, all: readonly ApiObject[]): void {
  const load = new Map(all.filter(isSchedulable).map((node) => [node.metadata.name, 0]));
  for (const pod of pods(cluster)) {
    const nodeName = nodeNameOf(pod);
    if (nodeName !== undefined && load.has(nodeName)) load.set(nodeName, (load.get(nodeName) ?? 0) + 1);
  }
  for (const pod of pods(cluster).filter((pending) => nodeNameOf(pending) === undefined)) {
    const free = all.filter((node) => load.has(node.metadata.name) && fits(pod, node));
    const [target] = free
      .map(({ metadata }) => metadata.name)
      .sort((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0) || (a < b ? -1 : 1));
    if (target === undefined) continue;
    bind(cluster, pod, target);
    load.set(target, (load.get(target) ?? 0) + 1);
  }
}

/** Not ready nodes carry a taint, but pods may tolerate anything: readiness counts by itself. */
function isSchedulable(node: ApiObject): boolean {
  return child(node, 'spec').unschedulable !== true && isReady(node);
}

const Conditions = z.array(z.object({ type: z.string(), status: z.string() })).catch([]);

export function isReady(object: ApiObject): boolean {
  const conditions = Conditions.parse(child(object, 'status').conditions);
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}
