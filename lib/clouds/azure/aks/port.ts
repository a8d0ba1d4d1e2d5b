/**
 * AKS as our steps see it: a managed cluster with its agent pools, in our own words. One adapter speaks to Azure
 * (arm-aks.ts), one keeps state in memory for tests. Reads give `undefined` for what is absent.
 */
import type { Tags } from '../../../domain/cluster.ts';
import type { CloudError, Result } from '../../../domain/errors.ts';
import type { Autoscale } from '../../../domain/pool.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { Accepted } from '../arm/session.ts';

/** Azure's provisioning states in three kinds; states we do not know count as moving. */
export type Provisioning = 'settled' | 'moving' | 'broken';

export type PoolMode = 'System' | 'User';
export type SkuTier = 'Free' | 'Standard';
export type UpgradeChannel = 'none' | 'patch' | 'stable' | 'rapid' | 'node-image';

export interface AksPool {
  /** AKS's name of it; the pool of the spec is in the tags. */
  readonly name: string;
  readonly etag?: string;
  readonly provisioning: Provisioning;
  readonly state: string;
  readonly failure?: CloudError;
  readonly mode: PoolMode;
  readonly count: number;
  readonly autoscale?: Autoscale;
  readonly instanceType: string;
  readonly diskSizeGiB?: number;
  readonly zones: readonly string[];
  readonly labels: Tags;
  /** `key=value:Effect`. */
  readonly taints: readonly string[];
  readonly tags: Tags;
}

export interface AadSettings {
  readonly managed: boolean;
  readonly adminGroupObjectIds: readonly string[];
}

export interface AksCluster {
  readonly id: string;
  readonly name: string;
  readonly etag?: string;
  readonly provisioning: Provisioning;
  readonly state: string;
  readonly failure?: CloudError;
  /** Someone stopped it in Azure; pool operations are refused then. */
  readonly stopped: boolean;
  readonly tags: Tags;
  readonly sku: string;
  readonly upgradeChannel: UpgradeChannel;
  readonly aad?: AadSettings;
  readonly azurePolicy: boolean;
  /** The version that runs, which an upgrade channel may have moved on. */
  readonly kubernetesVersion: string;
  readonly fqdn?: string;
  readonly nodeResourceGroup: string;
  readonly pools: readonly AksPool[];
}

export interface AksMachine {
  readonly name: string;
  /** Id of the virtual machine behind it. */
  readonly resourceId: string;
  readonly zone?: string;
}

/** What may change on a pool in place. */
export interface PoolSettings {
  readonly mode: PoolMode;
  /** Absent: stays as it is (the autoscaler's own count). */
  readonly count?: number;
  readonly autoscale?: Autoscale;
  readonly labels: Tags;
  readonly taints: readonly string[];
  readonly tags: Tags;
}

export interface PoolDraft extends PoolSettings {
  readonly name: string;
  readonly count: number;
  readonly instanceType: string;
  readonly diskSizeGiB: number;
  readonly zones: readonly string[];
  readonly subnetId?: string;
}

/** What may change on a cluster in place. */
export interface ClusterSettings {
  readonly tags: Tags;
  readonly sku: SkuTier;
  readonly upgradeChannel: UpgradeChannel;
  readonly aad?: AadSettings;
  /** Absent: stays as it is. */
  readonly azurePolicy?: boolean;
}

export interface ClusterDraft extends ClusterSettings {
  readonly location: string;
  readonly kubernetesVersion: string;
  readonly dnsPrefix: string;
  readonly nodeResourceGroup: string;
  readonly sshPublicKey: string;
  readonly network: AksNetwork;
  readonly pools: readonly PoolDraft[];
  /**
   * Subnets that exist need rights on them. A Contributor may not grant any, so the cluster runs as the account's own
   * application there, which has them.
   */
  readonly runAsAccount: boolean;
  /** Delegated subnet for API server VNet integration. */
  readonly apiServerSubnetId?: string;
}

export interface AksNetwork {
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly dnsServiceIp: string;
}

export interface AksPort {
  getCluster(): Promise<Result<AksCluster | undefined>>;
  /** Create only: 412 becomes `Conflict` when it exists. */
  createCluster(draft: ClusterDraft): Promise<Result<Accepted>>;
  /**
   * Read-modify-write of the version with this etag, `Conflict` when it moved on. Pools are left out, except with
   * `withPools`, which repeats them as they are: the repair of a failed cluster.
   */
  updateCluster(
    etag: string | undefined,
    settings: ClusterSettings,
    options?: { readonly withPools: boolean },
  ): Promise<Result<Accepted>>;
  /** Gives a cluster that runs as the account's application the account's present secret. */
  renewCredentials(): Promise<Result<Accepted>>;
  /** Deleting what is absent succeeds. */
  deleteCluster(): Promise<Result<Accepted>>;
  createPool(draft: PoolDraft): Promise<Result<Accepted>>;
  updatePool(name: string, etag: string | undefined, settings: PoolSettings): Promise<Result<Accepted>>;
  /** AKS drains the pool's nodes itself; `ignoreBudgets`: past PodDisruptionBudgets that allow no eviction. */
  deletePool(name: string, options: { readonly ignoreBudgets: boolean }): Promise<Result<Accepted>>;
  listMachines(pool: string): Promise<Result<readonly AksMachine[]>>;
  deleteMachines(pool: string, names: readonly string[]): Promise<Result<Accepted>>;
  adminKubeconfig(): Promise<Result<Secret>>;
}
