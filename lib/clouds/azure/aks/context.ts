/**
 * What AKS steps may reach during one pass. One look at the managed cluster, its pools included, and one list of nodes
 * serve all steps; a write forgets both, so that nothing is planned from what it changed.
 */

import type { AgentRegistry } from '../../../agents/registry.ts';
import { fail, type Result } from '../../../domain/errors.ts';
import type { ClusterId } from '../../../domain/ids.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { EpochMs } from '../../../domain/time.ts';
import { mayBeStaleAccess } from '../../../kube/errors.ts';
import type { ConnectWorkloadApi, WorkloadApi, WorkloadNode } from '../../../kube/port.ts';
import type { SecretStore } from '../../../secrets/port.ts';
import { type Once, once } from '../../once.ts';
import { kubeconfigSecret } from '../names.ts';
import type { AzurePlatform } from '../platform.ts';
import type { AksCluster, AksPort } from './port.ts';

export interface KubeconfigStore {
  get(): Promise<Secret | undefined>;
  set(kubeconfig: Secret): Promise<void>;
  delete(): Promise<void>;
}

export interface AksContext {
  readonly aks: AksPort;
  readonly platform: AzurePlatform;
  readonly kubeconfig: KubeconfigStore;
  readonly agents: AgentRegistry;
  /** Lower case, as Azure compares names. */
  readonly clusterName: string;
  /** When the account's secret was last changed. */
  readonly credentialsOf: string;
  now(): EpochMs;
  cluster(): Promise<Result<AksCluster | undefined>>;
  nodes(): Promise<Result<readonly WorkloadNode[]>>;
  workload(): Promise<Result<WorkloadApi>>;
}

type KubeconfigSecrets = Pick<SecretStore, 'get' | 'set' | 'delete'>;

export interface ContextParts {
  readonly id: ClusterId;
  readonly aks: AksPort;
  readonly platform: AzurePlatform;
  readonly secrets: KubeconfigSecrets;
  readonly connect: ConnectWorkloadApi;
  readonly agents: AgentRegistry;
  readonly now: () => EpochMs;
  readonly clusterName: string;
  readonly credentialsOf: string;
}

export function openContext(parts: ContextParts): AksContext {
  const kubeconfig = kubeconfigStore(parts.secrets, kubeconfigSecret(parts.id));
  const cluster = once(() => parts.aks.getCluster());
  const workload = once(() => connectStored(kubeconfig, parts.connect));
  const nodes = once(() => listNodes(parts, kubeconfig, workload));
  return {
    aks: forgetting(parts.aks, () => {
      cluster.forget();
      nodes.forget();
    }),
    platform: parts.platform,
    kubeconfig,
    agents: parts.agents,
    clusterName: parts.clusterName,
    credentialsOf: parts.credentialsOf,
    now: parts.now,
    cluster: cluster.get,
    nodes: nodes.get,
    workload: workload.get,
  };
}

function kubeconfigStore(secrets: KubeconfigSecrets, name: string): KubeconfigStore {
  return {
    get: () => secrets.get(name),
    set: (value) => secrets.set(name, value),
    delete: () => secrets.delete(name),
  };
}

async function connectStored(
  kubeconfig: KubeconfigStore,
  connect: ConnectWorkloadApi,
): Promise<Result<WorkloadApi>> {
  const stored = await kubeconfig.get();
  if (stored) return connect(stored);
  return fail({
    code: 'NotFound',
    message: 'NotFound: the admin kubeconfig is not stored yet',
    source: 'azure:kubeconfig:Absent',
  });
}

/** Rotated certificates and a moved API server make the stored kubeconfig useless: it is fetched again, once. */
async function listNodes(
  parts: ContextParts,
  kubeconfig: KubeconfigStore,
  workload: Once<Result<WorkloadApi>>,
): Promise<Result<readonly WorkloadNode[]>> {
  const first = await nodesOf(await workload.get());
  if (first.ok || !mayBeStaleAccess(first.error)) return first;
  const fresh = await parts.aks.adminKubeconfig();
  if (!fresh.ok) return fresh;
  // The same again: it is the API server that is down, and the next look asks it first.
  if ((await kubeconfig.get())?.reveal() === fresh.value.reveal()) return first;
  await kubeconfig.set(fresh.value);
  workload.forget();
  return nodesOf(await workload.get());
}

async function nodesOf(api: Result<WorkloadApi>): Promise<Result<readonly WorkloadNode[]>> {
  return api.ok ? api.value.listNodes() : api;
}

/** Even a failed write may have changed something. */
function forgetting(aks: AksPort, forget: () => void): AksPort {
  const then = <A extends readonly unknown[], T>(write: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      try {
        return await write(...args);
      } finally {
        forget();
      }
    };
  };
  return {
    getCluster: aks.getCluster,
    listMachines: aks.listMachines,
    adminKubeconfig: aks.adminKubeconfig,
    createCluster: then(aks.createCluster),
    updateCluster: then(aks.updateCluster),
    renewCredentials: then(aks.renewCredentials),
    deleteCluster: then(aks.deleteCluster),
    createPool: then(aks.createPool),
    updatePool: then(aks.updatePool),
    deletePool: then(aks.deletePool),
    deleteMachines: then(aks.deleteMachines),
  };
}
