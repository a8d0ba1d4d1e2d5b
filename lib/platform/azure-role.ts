/**
 * The least that a cloud account needs for AKS clusters, as a custom role that `az role definition create` takes. Every
 * action is one that a step, a check or a form really asks for; Contributor covers them all (A119).
 */

/** Sources: permissions named by the reference of each call, learn.microsoft.com/azure/role-based-access-control. */
export const AKS_ACTIONS = [
  'Microsoft.Authorization/permissions/read',
  'Microsoft.Compute/locations/usages/read',
  'Microsoft.Compute/skus/read',
  'Microsoft.ContainerService/locations/kubernetesVersions/read',
  'Microsoft.ContainerService/managedClusters/agentPools/delete',
  'Microsoft.ContainerService/managedClusters/agentPools/deleteMachines/action',
  'Microsoft.ContainerService/managedClusters/agentPools/machines/read',
  'Microsoft.ContainerService/managedClusters/agentPools/read',
  'Microsoft.ContainerService/managedClusters/agentPools/write',
  'Microsoft.ContainerService/managedClusters/delete',
  'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action',
  'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action',
  'Microsoft.ContainerService/managedClusters/read',
  'Microsoft.ContainerService/managedClusters/write',
  'Microsoft.ContainerService/register/action',
  'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  'Microsoft.ManagedIdentity/userAssignedIdentities/read',
  'Microsoft.Network/locations/usages/read',
  'Microsoft.Network/virtualNetworks/read',
  'Microsoft.Network/virtualNetworks/subnets/join/action',
  'Microsoft.Network/virtualNetworks/subnets/read',
  'Microsoft.Resources/subscriptions/locations/read',
  'Microsoft.Resources/subscriptions/providers/read',
  'Microsoft.Resources/subscriptions/read',
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  'Microsoft.Resources/subscriptions/resourceGroups/resources/read',
] as const;

export interface RoleDefinition {
  readonly Name: string;
  readonly IsCustom: true;
  readonly Description: string;
  readonly Actions: readonly string[];
  readonly NotActions: readonly string[];
  readonly DataActions: readonly string[];
  readonly NotDataActions: readonly string[];
  readonly AssignableScopes: readonly string[];
}

/** The shape of `az role definition create --role-definition`; `subscriptionId` is where it may be assigned. */
export function azureRole(subscriptionId: string): RoleDefinition {
  return {
    Name: 'Slipway AKS',
    IsCustom: true,
    Description: 'What Slipway needs to create, change and delete AKS clusters in existing resource groups.',
    Actions: AKS_ACTIONS,
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
    AssignableScopes: [`/subscriptions/${subscriptionId}`],
  };
}
