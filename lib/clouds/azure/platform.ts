/** The few things outside AKS that a pass asks of Azure: the group, the provider, a network, and what carries our tag. */
import type { Result } from '../../domain/errors.ts';
import type { OwnedResource } from '../port.ts';

export interface ResourceGroupSeen {
  readonly name: string;
  readonly location: string;
  readonly state: string;
}

export interface SubnetSeen {
  readonly id: string;
  readonly name: string;
  readonly addressPrefixes: readonly string[];
  /** Addresses in use. */
  readonly used: number;
  /** Services that the subnet is delegated to. */
  readonly delegations: readonly string[];
  readonly state: string;
}

export interface VirtualNetworkSeen {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly addressPrefixes: readonly string[];
  readonly subnets: readonly SubnetSeen[];
  readonly state: string;
}

export interface AzurePlatform {
  resourceGroup(name: string): Promise<Result<ResourceGroupSeen | undefined>>;
  /** `Registered`, `NotRegistered`, `Registering`... */
  providerState(namespace: string): Promise<Result<string>>;
  virtualNetwork(resourceGroup: string, name: string): Promise<Result<VirtualNetworkSeen | undefined>>;
  /** Everything in the subscription that carries the cluster's uid tag; lags behind creation by up to a minute. */
  listTagged(clusterUid: string): Promise<Result<readonly OwnedResource[]>>;
  /** Starts the deletion of a managed cluster by its id; absent is fine. */
  deleteManagedCluster(id: string): Promise<Result<void>>;
}
