/** What a cluster's spec asks of AKS, worked out from the view. Pure; used by the steps, the dry run and verification. */
import type { ClusterView, JsonObject, Tags } from '../../../domain/cluster.ts';
import { clusterKey } from '../../../domain/cluster-key.ts';
import { POOL_LABEL, type PoolSpec, type Taint } from '../../../domain/pool.ts';
import { aksConfig } from '../aks-config.ts';
import { agentPoolName, nodeResourceGroup, poolSpecHash } from '../names.ts';
import { clusterTags, POOL_TAG, poolTags, UID_TAG } from '../tags.ts';
import type { AksPool, ClusterDraft, PoolDraft } from './port.ts';
import { controlPlaneSettings, networkSettings } from './settings.ts';

export const NETWORK_STEP = 'aks/network';
export const CLUSTER_STEP = 'aks/cluster';
export const KUBECONFIG_STEP = 'aks/kubeconfig';
export const POOL_STEP = 'aks/pool:';

export interface NetworkOutputs {
  readonly workerSubnetId?: string;
  readonly apiServerSubnetId?: string;
  readonly occupied: readonly string[];
}

export function networkOutputs(view: ClusterView): NetworkOutputs {
  const outputs = view.outputs(NETWORK_STEP);
  const { workerSubnetId, apiServerSubnetId } = outputs;
  return {
    ...(typeof workerSubnetId === 'string' ? { workerSubnetId } : {}),
    ...(typeof apiServerSubnetId === 'string' ? { apiServerSubnetId } : {}),
    occupied: stringsOf(outputs, 'addressPrefixes'),
  };
}

export function draftCluster(view: ClusterView): ClusterDraft {
  const cloud = aksConfig(view.spec);
  const control = controlPlaneSettings(view.profile, view.spec);
  const network = networkOutputs(view);
  const key = clusterKey(view.name, view.id);
  return {
    ...control,
    location: cloud.region,
    tags: clusterTags(ownerOf(view)),
    dnsPrefix: key,
    nodeResourceGroup: nodeResourceGroup(cloud.resourceGroup, key, cloud.region),
    sshPublicKey: cloud.sshPublicKey,
    network: networkSettings(view.profile, view.spec, network.occupied),
    pools: view.spec.pools.map((pool) => draftPool(view, pool)),
    runAsAccount: cloud.placement.mode === 'static',
    ...(network.apiServerSubnetId === undefined ? {} : { apiServerSubnetId: network.apiServerSubnetId }),
  };
}

export function draftPool(view: ClusterView, pool: PoolSpec): PoolDraft {
  const hash = specHashOf(pool);
  const subnetId = networkOutputs(view).workerSubnetId;
  return {
    name: agentPoolName(pool.name, hash),
    mode: pool.system ? 'System' : 'User',
    count: pool.size,
    ...(pool.autoscale === undefined ? {} : { autoscale: pool.autoscale }),
    instanceType: pool.instanceType,
    diskSizeGiB: pool.disk.sizeGiB,
    zones: pool.zones.toSorted(),
    labels: { ...pool.labels, [POOL_LABEL]: pool.name },
    taints: pool.taints.map(taintText).toSorted(),
    tags: poolTags(ownerOf(view), pool.name, hash),
    ...(subnetId === undefined ? {} : { subnetId }),
  };
}

/** The disk's type is no part of it: AKS derives it from the size (A144). */
export function specHashOf(pool: PoolSpec): string {
  return poolSpecHash({ instanceType: pool.instanceType, diskSizeGiB: pool.disk.sizeGiB, zones: pool.zones });
}

/** With `=` even when there is no value: the form that every reader of taints takes, older kubelets included. */
export function taintText({ key, value = '', effect }: Taint): string {
  return `${key}=${value}:${effect}`;
}

export function ownerOf(view: ClusterView): { id: ClusterView['id']; name: string; tags: Tags } {
  return { id: view.id, name: view.name, tags: view.spec.tags };
}

export function isOurs(tags: Tags, id: string): boolean {
  return tags[UID_TAG] === id;
}

/** AKS pools that serve a pool of the spec, in all its revisions. */
export function poolsOf(pools: readonly AksPool[], name: string): readonly AksPool[] {
  return pools.filter((pool) => pool.tags[POOL_TAG] === name);
}

/** Names of spec pools that the cluster has AKS pools for, from the last look at it. */
export function servedPools(view: ClusterView): readonly string[] {
  return stringsOf(view.outputs(CLUSTER_STEP), 'pools');
}

export function stringsOf(outputs: JsonObject, key: string): readonly string[] {
  const value = outputs[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function stringOf(outputs: JsonObject, key: string): string | undefined {
  const value = outputs[key];
  return typeof value === 'string' ? value : undefined;
}
