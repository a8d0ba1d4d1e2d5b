/**
 * The least that a cloud account needs for AKS clusters, as a custom role that `az role definition create` takes. It is
 * made from the list that the account's check looks for and some reads besides, so a role made from it passes the check (A119).
 */
import { ROLE_ACTIONS } from '../clouds/azure/permissions.ts';

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
    Actions: ROLE_ACTIONS,
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
    AssignableScopes: [`/subscriptions/${subscriptionId}`],
  };
}
