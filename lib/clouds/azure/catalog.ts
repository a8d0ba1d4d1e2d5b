/**
 * What Azure sells and allows: regions, sizes, versions, limits, permissions, and the names that a form offers. Asked
 * on behalf of people (validation, account checks), never by a pass.
 */
import type { Result } from '../../domain/errors.ts';
import type { ResourceGroupSeen, VirtualNetworkSeen } from './platform.ts';

export interface SubscriptionSeen {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

export interface RegionSeen {
  readonly name: string;
  readonly displayName: string;
  /** Logical zones; empty: the region has none. */
  readonly zones: readonly string[];
}

export interface VmSize {
  readonly name: string;
  /** The usage counter that its vCPUs count against. */
  readonly family: string;
  readonly vCpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
  readonly premiumStorage: boolean;
  readonly zones: readonly string[];
  /** Not for this subscription in this region, retired sizes included. */
  readonly restricted: boolean;
}

export interface Usage {
  readonly name: string;
  readonly current: number;
  readonly limit: number;
}

export interface PermissionRow {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

export interface AzureCatalog {
  subscriptions(): Promise<Result<readonly SubscriptionSeen[]>>;
  /** `undefined`: not visible to the account. */
  subscription(id: string): Promise<Result<SubscriptionSeen | undefined>>;
  regions(subscriptionId: string): Promise<Result<readonly RegionSeen[]>>;
  resourceGroups(subscriptionId: string): Promise<Result<readonly ResourceGroupSeen[]>>;
  resourceGroup(subscriptionId: string, name: string): Promise<Result<ResourceGroupSeen | undefined>>;
  sizes(subscriptionId: string, region: string): Promise<Result<readonly VmSize[]>>;
  /** Minor and patch versions that are offered and no preview. */
  kubernetesVersions(subscriptionId: string, region: string): Promise<Result<readonly string[]>>;
  computeUsage(subscriptionId: string, region: string): Promise<Result<readonly Usage[]>>;
  networkUsage(subscriptionId: string, region: string): Promise<Result<readonly Usage[]>>;
  virtualNetworks(subscriptionId: string): Promise<Result<readonly VirtualNetworkSeen[]>>;
  virtualNetwork(
    subscriptionId: string,
    resourceGroup: string,
    name: string,
  ): Promise<Result<VirtualNetworkSeen | undefined>>;
  permissions(subscriptionId: string, resourceGroup: string): Promise<Result<readonly PermissionRow[]>>;
  /** Application permissions for Microsoft Graph, from the `roles` claim of a fresh token. */
  graphRoles(): Promise<Result<readonly string[]>>;
  /** Succeeds when Entra ID accepts the credentials. */
  signIn(): Promise<Result<void>>;
}
