/**
 * The nodes of a cluster as its own API has them now. What the control plane knows besides (why a node is replaced, what
 * it uses) is laid over by those who measure it; what nobody has measured is null.
 */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { ok, type Result } from '../domain/errors.ts';
import { POOL_LABEL } from '../domain/pool.ts';
import type { ConnectWorkloadApi, NodeCondition, WorkloadNode } from '../kube/port.ts';
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
  /** Null until an agent reports it. */
  readonly usage: null;
  readonly createdAt: string;
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane */
const CONTROL_PLANE_LABEL = 'node-role.kubernetes.io/control-plane';

export interface NodesDeps extends Pick<Deps, 'store' | 'secrets' | 'clouds'> {
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
  const nodes = await api.value.listNodes();
  if (!nodes.ok) return nodes;
  return ok(nodes.value.map(toView).sort((a, b) => a.name.localeCompare(b.name)));
}

function toView(node: WorkloadNode): NodeView {
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
    usage: null,
    createdAt: node.createdAt,
  };
}

function phaseOf({ ready, unschedulable }: WorkloadNode): NodeView['phase'] {
  if (!ready) return 'NotReady';
  return unschedulable ? 'Draining' : 'Ready';
}
