/** Who may do what: role assignments, and Azure's way of matching an action against them. */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { RoleAssignment, State } from './state.ts';

export interface RoleDefinition {
  readonly roleName: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
}

/** The built-in roles that matter here, as published. */
export const ROLES = {
  Owner: { roleName: 'Owner', actions: ['*'], notActions: [] },
  Contributor: {
    roleName: 'Contributor',
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
      'Microsoft.Blueprint/blueprintAssignments/write',
      'Microsoft.Blueprint/blueprintAssignments/delete',
      'Microsoft.Compute/galleries/share/action',
      'Microsoft.Purview/consents/write',
      'Microsoft.Purview/consents/delete',
      'Microsoft.Resources/deploymentStacks/manageDenySetting/action',
    ],
  },
  Reader: { roleName: 'Reader', actions: ['*/read'], notActions: [] },
  NetworkContributor: {
    roleName: 'Network Contributor',
    actions: [
      'Microsoft.Authorization/*/read',
      'Microsoft.Network/*',
      'Microsoft.Resources/subscriptions/resourceGroups/read',
    ],
    notActions: [],
  },
} as const satisfies Record<string, RoleDefinition>;

/** The assignments that count for a scope: those at the scope itself or above it. */
export function rolesAt(state: State, principalId: string, scope: string, now: EpochMs): RoleAssignment[] {
  const wanted = `${scope.toLowerCase()}/`;
  return state.roleAssignments
    .inGroup(principalId)
    .filter(
      (role) =>
        role.effectiveAt <= now && wanted.startsWith(`${role.scope.toLowerCase().replace(/\/$/, '')}/`),
    );
}

/** `notActions` takes away from its own role only: another role may still grant the action. */
export function isAllowed(
  state: State,
  principalId: string,
  action: string,
  scope: string,
  now: EpochMs,
): boolean {
  return rolesAt(state, principalId, scope, now).some(
    ({ actions, notActions }) =>
      actions.some((pattern) => covers(pattern, action)) &&
      !notActions.some((pattern) => covers(pattern, action)),
  );
}

const compiled = new Map<string, RegExp>();

function covers(pattern: string, action: string): boolean {
  const known = compiled.get(pattern);
  const expression =
    known ?? new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i');
  if (!known) compiled.set(pattern, expression);
  return expression.test(action);
}
