/**
 * The nodes of a cluster as its own API has them now, with what its agent has measured. What nobody has measured is null.
 */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { ok, type Result } from '../domain/errors.ts';
import { POOL_LABEL } from '../domain/pool.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { ConnectWorkloadApi, NodeCondition, WorkloadNode } from '../kube/port.ts';
import { nodeTasks } from '../machines/node-tasks.ts';
import type { Resource, Used } from '../usage/block.ts';
import type { Newest } from '../usage/newest.ts';
import { currentUsage } from '../usage/read.ts';
import { cores, percentOf } from '../usage/view.ts';
import { adminKubeconfig } from './question.ts';

export interface NodeView {
  readonly name: string;
  /** Null: a node that carries no pool of ours. */
  readonly pool: string | null;
  readonly role: 'worker' | 'control-plane';
  readonly zone: string | null;
  /** The cloud's id of the machine behind it. */
  readonly machineId: string | null;
  readonly instanceType: string | null;
  readonly phase: 'Ready' | 'NotReady' | 'Draining';
  readonly kubernetesVersion: string;
  readonly conditions: readonly NodeCondition[];
  /** Null until an agent reports it, and when none has for a while. */
  readonly usage: NodeUsage | null;
  readonly createdAt: string;
  /** Why the machine before it in its slot had to go. */
  readonly replacedBecause?: string;
}

export interface NodeUsage {
  /** When it was measured. */
  readonly at: Instant;
  readonly coresUsed: number | null;
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly memoryPercent: number | null;
  readonly diskBytes: number | null;
  readonly diskPercent: number | null;
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane */
const CONTROL_PLANE_LABEL = 'node-role.kubernetes.io/control-plane';

export interface NodesDeps extends Pick<Deps, 'store' | 'secrets' | 'clouds' | 'clock' | 'config'> {
  readonly connectWorkload: ConnectWorkloadApi;
}

/** By name. `NotFound` as long as there is no API to ask. */
export async function nodesOf(
  deps: NodesDeps,
  document: ClusterDocument,
): Promise<Result<readonly NodeView[]>> {
  const kubeconfig = await adminKubeconfig(deps, document);
  if (!kubeconfig.ok) return kubeconfig;
  const api = deps.connectWorkload(kubeconfig.value);
  if (!api.ok) return api;
  const [nodes, newest] = await Promise.all([api.value.listNodes(), currentUsage(deps, document.id)]);
  if (!nodes.ok) return nodes;
  const usage = usageByName(newest);
  const replaced = replacements(document);
  const views = nodes.value.map((node) => ({
    ...toView(node, usage.get(node.name) ?? null),
    ...replaced(node),
  }));
  return ok(views.sort((a, b) => a.name.localeCompare(b.name)));
}

/** By the cloud's id, which a provider id ends with. Machines that are not ours remember nothing. */
function replacements({ steps }: ClusterDocument): (node: WorkloadNode) => Pick<NodeView, 'replacedBecause'> {
  const tasks = Object.entries(steps).flatMap(([step, record]) => nodeTasks(step, record) ?? []);
  const known = new Map(tasks.map(({ machineId, replacedBecause }) => [machineId, replacedBecause]));
  return ({ providerId }) => {
    const replacedBecause = known.get(providerId?.split('/').at(-1) ?? '');
    return replacedBecause === undefined ? {} : { replacedBecause };
  };
}

function usageByName(newest: Newest | undefined): ReadonlyMap<string, NodeUsage> {
  if (newest === undefined) return new Map();
  const at = toInstant(newest.atMs);
  return new Map(newest.nodes.map(({ name, used, capacity }) => [name, toUsage(at, used, capacity)]));
}

function toUsage(at: Instant, used: Used, capacity: Used = {}): NodeUsage {
  const percent = (resource: Resource) => percentOf(used[resource], capacity[resource]);
  return {
    at,
    coresUsed: used.cpuMilli === undefined ? null : cores(used.cpuMilli),
    cpuPercent: percent('cpuMilli'),
    memoryBytes: used.memoryBytes ?? null,
    memoryPercent: percent('memoryBytes'),
    diskBytes: used.diskBytes ?? null,
    diskPercent: percent('diskBytes'),
  };
}

function toView(node: WorkloadNode, usage: NodeUsage | null): NodeView {
  return {
    name: node.name,
    pool: node.labels[POOL_LABEL] ?? null,
    role: Object.hasOwn(node.labels, CONTROL_PLANE_LABEL) ? 'control-plane' : 'worker',
    zone: node.zone ?? null,
    machineId: node.providerId ?? null,
    instanceType: node.instanceType ?? null,
    phase: phaseOf(node),
    kubernetesVersion: node.kubeletVersion,
    conditions: node.conditions,
    usage,
    createdAt: node.createdAt,
  };
}

function phaseOf({ ready, unschedulable }: WorkloadNode): NodeView['phase'] {
  if (!ready) return 'NotReady';
  return unschedulable ? 'Draining' : 'Ready';
}
