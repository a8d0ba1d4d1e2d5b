/** Answers of Azure that the rules judge. `undefined` in a field: the question was not asked or not answered. */
import type { RegionSeen, SubscriptionSeen, Usage, VmSize } from '../catalog.ts';
import type { ResourceGroupSeen, VirtualNetworkSeen } from '../platform.ts';

/** `absent`: Azure answered, and there is none. */
export type Found<T> = T | 'absent';

export interface Facts {
  readonly subscription?: Found<SubscriptionSeen>;
  readonly regions?: readonly RegionSeen[];
  readonly resourceGroup?: Found<ResourceGroupSeen>;
  readonly sizes?: readonly VmSize[];
  readonly kubernetesVersions?: readonly string[];
  readonly computeUsage?: readonly Usage[];
  readonly virtualNetwork?: Found<VirtualNetworkSeen>;
  readonly graphRoles?: readonly string[];
}

/** What a finding of an unanswered question says. */
export const QUESTIONS = {
  subscription: { path: '/cloud/subscriptionId', about: 'the subscription' },
  regions: { path: '/cloud/region', about: 'the region' },
  resourceGroup: { path: '/cloud/resourceGroup', about: 'the resource group' },
  sizes: { path: '/pools', about: 'instance types and zones' },
  kubernetesVersions: { path: '/profile', about: 'the Kubernetes version' },
  computeUsage: { path: '/pools', about: 'vCPU quotas' },
  virtualNetwork: { path: '/cloud/placement/virtualNetwork', about: 'the virtual network' },
  graphRoles: { path: '/cloud/account', about: 'Microsoft Graph permissions' },
} as const satisfies Record<keyof Facts, { readonly path: string; readonly about: string }>;

export type Question = keyof typeof QUESTIONS;
