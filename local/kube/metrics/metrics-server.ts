/**
 * The metrics API, for as long as a metrics server runs in the cluster. It knows nodes whose kubelets answer, some
 * seconds after they joined. https://github.com/kubernetes-sigs/metrics-server
 */
import { type Cluster, stored } from '../cluster.ts';
import { type ApiObject, timestamp } from '../object.ts';
import {
  isTerminating,
  nodeNameOf,
  phaseOf,
  requestedMilli,
  runningContainers,
  silentNodes,
} from '../pods.ts';
import type { SimulatedMachine } from '../port.ts';
import type { ApiRequest } from '../request.ts';
import { type KubeResource, resource } from '../resources.ts';
import { labelSelector } from '../selectors.ts';
import { noSuchPath, notFound } from '../status-error.ts';
import { loadOf, measuredMachines } from './load.ts';

const GROUP = 'metrics.k8s.io';
const VERSION = 'v1beta1';
const ROOT = `/apis/${GROUP}/${VERSION}`;
const PATH = new RegExp(`^${ROOT}(?:/namespaces/([^/]+))?/(nodes|pods)(?:/([^/]+))?$`);
/** `--metric-resolution`. */
const WINDOW_MS = 15_000;
/** Kubelets and the system use this share of what a node uses. */
const SYSTEM_SHARE = 0.2;

const inGroup = (plural: string, kind: string, namespaced: boolean): KubeResource => ({
  group: GROUP,
  version: VERSION,
  plural,
  kind,
  namespaced,
  shortNames: [],
});

export const METRICS: readonly KubeResource[] = [
  inGroup('nodes', 'NodeMetrics', false),
  inGroup('pods', 'PodMetrics', true),
];

export const isMeasured = (cluster: Cluster): boolean =>
  runningContainers(cluster).some(({ image }) => image.includes('metrics-server'));

/** `undefined`: not for the metrics API. Throws NotFound. */
export function measure(cluster: Cluster, { path, query }: ApiRequest): object | undefined {
  const [match, namespace, plural, name] = PATH.exec(path) ?? [];
  if (match === undefined) return undefined;
  if (!isMeasured(cluster)) throw noSuchPath();
  const all = plural === 'nodes' ? nodeMetrics(cluster) : podMetrics(cluster, namespace);
  if (name !== undefined) {
    const found = all.find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw notFound({ group: GROUP, plural: plural ?? '' }, name);
    return found;
  }
  const items = all.filter(labelSelector(query.get('labelSelector')));
  const kind = plural === 'nodes' ? 'NodeMetricsList' : 'PodMetricsList';
  return { kind, apiVersion: `${GROUP}/${VERSION}`, metadata: {}, items };
}

function nodeMetrics(cluster: Cluster): readonly ApiObject[] {
  return measuredHere(cluster).map((machine) =>
    metrics(cluster, 'NodeMetrics', { name: machine.name }, { usage: usageOf(cluster, machine, 1) }),
  );
}

function measuredHere(cluster: Cluster): readonly SimulatedMachine[] {
  const { nowMs, times } = cluster;
  return measuredMachines(cluster, silentNodes(cluster)).filter(
    ({ joinedAt = nowMs }) => joinedAt + times.nodeReadyMs + WINDOW_MS <= nowMs,
  );
}

/** A node's load, shared out by what its pods ask for. */
function podMetrics(cluster: Cluster, namespace: string | undefined): readonly ApiObject[] {
  const running = stored(cluster, resource('pods')).filter(
    (pod) => phaseOf(pod) === 'Running' && !isTerminating(pod),
  );
  return measuredHere(cluster).flatMap((machine) => {
    const here = running.filter((pod) => nodeNameOf(pod) === machine.name);
    const all = here.reduce((sum, pod) => sum + requestedMilli(pod), 0);
    return here
      .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      .map((pod) => podUsage(cluster, machine, pod, ((1 - SYSTEM_SHARE) * requestedMilli(pod)) / all));
  });
}

function podUsage(cluster: Cluster, machine: SimulatedMachine, pod: ApiObject, share: number): ApiObject {
  const { name, namespace, labels } = pod.metadata;
  const usage = usageOf(cluster, machine, share);
  return metrics(cluster, 'PodMetrics', { name, namespace, labels }, { containers: [{ name, usage }] });
}

function metrics(
  { nowMs }: Cluster,
  kind: string,
  { name, ...metadata }: Partial<ApiObject['metadata']> & { readonly name: string },
  content: { readonly [field: string]: ApiObject[string] },
): ApiObject {
  const at = timestamp(nowMs - (nowMs % WINDOW_MS));
  return {
    kind,
    apiVersion: `${GROUP}/${VERSION}`,
    metadata: { name, ...metadata, creationTimestamp: timestamp(nowMs) },
    timestamp: at,
    window: `${WINDOW_MS / 1000}s`,
    ...content,
  };
}

function usageOf(cluster: Cluster, machine: SimulatedMachine, share: number) {
  const { cpu, memory } = loadOf(cluster, machine);
  return {
    cpu: `${Math.round(cpu * share * machine.cpuMilli * 1e6)}n`,
    memory: `${Math.round((memory * share * machine.memoryBytes) / 1024)}Ki`,
  };
}
