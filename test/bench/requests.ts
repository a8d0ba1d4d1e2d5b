/** The requests that the benchmarks send: the shipped routes with bodies as people write them. */
import { createCluster } from '../../functions/http/create-cluster.ts';
import { createPool } from '../../functions/http/create-pool.ts';
import { deleteCluster } from '../../functions/http/delete-cluster.ts';
import { patchPool } from '../../functions/http/patch-pool.ts';
import { putPackValues } from '../../functions/http/put-pack-values.ts';
import type { Endpoint } from '../../lib/api/endpoint.ts';
import { aCloudInput, aClusterInput, aPoolInput } from '../builders/cluster-input.ts';
import type { RequestParts } from '../builders/http.ts';
import { PROJECT } from './bench-world.ts';
import type { BenchAccount } from './simulated-clouds.ts';

export interface BenchRequest {
  readonly endpoint: Endpoint;
  readonly parts: RequestParts;
}

const CLUSTERS = `/api/v1/projects/${PROJECT}/clusters`;

/** Three pools, eight nodes. */
export function create(name: string, { name: account, subscriptionId }: BenchAccount): BenchRequest {
  const instanceType = 'Standard_D4s_v5';
  const pools = [
    aPoolInput({ size: 3, instanceType }),
    { name: 'web', size: 3, instanceType },
    { name: 'batch', size: 2, instanceType },
  ];
  const cloud = aCloudInput({ account, subscriptionId });
  return {
    endpoint: createCluster,
    parts: { path: CLUSTERS, params: { project: PROJECT }, body: aClusterInput({ name, cloud, pools }) },
  };
}

export function changePool(cluster: string, pool: string, body: object): BenchRequest {
  const path = `${CLUSTERS}/${cluster}/pools/${pool}`;
  return { endpoint: patchPool, parts: { path, params: { project: PROJECT, cluster, pool }, body } };
}

export function addPool(cluster: string, body: object): BenchRequest {
  const path = `${CLUSTERS}/${cluster}/pools`;
  return { endpoint: createPool, parts: { path, params: { project: PROJECT, cluster }, body } };
}

export function changeSku(cluster: string, sku: string): BenchRequest {
  const pack = 'kubernetes-aks';
  const path = `${CLUSTERS}/${cluster}/packs/${pack}/values`;
  const body = { values: { managedControlPlane: { sku } } };
  return { endpoint: putPackValues, parts: { path, params: { project: PROJECT, cluster, pack }, body } };
}

export function remove(cluster: string): BenchRequest {
  const path = `${CLUSTERS}/${cluster}?confirm=${cluster}`;
  return { endpoint: deleteCluster, parts: { path, params: { project: PROJECT, cluster } } };
}
