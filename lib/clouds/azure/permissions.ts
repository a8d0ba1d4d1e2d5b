/**
 * The least rights that an account needs for AKS (A111, A119), and how Azure's wildcards decide who has them. Source:
 * the operations that this adapter sends, by the resource provider operations reference.
 */
import type { PermissionRow } from './catalog.ts';

export const REQUIRED_ACTIONS = [
  'Microsoft.Resources/subscriptions/providers/read',
  'Microsoft.Resources/subscriptions/resources/read',
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  'Microsoft.ContainerService/managedClusters/read',
  'Microsoft.ContainerService/managedClusters/write',
  'Microsoft.ContainerService/managedClusters/delete',
  'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action',
  'Microsoft.ContainerService/managedClusters/resetServicePrincipalProfile/action',
  'Microsoft.ContainerService/managedClusters/agentPools/read',
  'Microsoft.ContainerService/managedClusters/agentPools/write',
  'Microsoft.ContainerService/managedClusters/agentPools/delete',
  'Microsoft.ContainerService/managedClusters/agentPools/deleteMachines/action',
  'Microsoft.ContainerService/managedClusters/agentPools/machines/read',
  'Microsoft.Network/virtualNetworks/read',
  'Microsoft.Network/virtualNetworks/subnets/read',
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Compute/skus/read',
  'Microsoft.Compute/locations/usages/read',
] as const;

/** What forms, validation and the collector read besides; without them they offer less, and no cluster fails. */
const HELPFUL_ACTIONS = [
  'Microsoft.Authorization/permissions/read',
  'Microsoft.ContainerService/locations/kubernetesVersions/read',
  'Microsoft.Network/locations/usages/read',
  'Microsoft.Resources/subscriptions/locations/read',
  'Microsoft.Resources/subscriptions/read',
  'Microsoft.Resources/subscriptions/resourceGroups/resources/read',
] as const;

/** What a custom role for Slipway should hold; test/scenarios/least-privilege.test.ts lives on it. */
export const ROLE_ACTIONS = [...REQUIRED_ACTIONS, ...HELPFUL_ACTIONS].toSorted();

export function missingActions(rows: readonly PermissionRow[]): readonly string[] {
  return REQUIRED_ACTIONS.filter((action) => !rows.some((row) => grants(row, action)));
}

/** `notActions` take away from their own row only. */
function grants({ actions, notActions }: PermissionRow, action: string): boolean {
  return matchesAny(actions, action) && !matchesAny(notActions, action);
}

function matchesAny(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => matches(pattern, action));
}

/** `*` stands for any characters, slashes included; case does not count. */
function matches(pattern: string, action: string): boolean {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'i').test(action);
}
