/** What Entra ID integration needs of the account: a tenant name (A121) and two Graph permissions (A122 - A124). */
import { type Finding, violation } from '../../../domain/findings.ts';
import type { Facts } from './facts.ts';

/** Application permissions; delegated ones do not show in an application's token. */
export const GRAPH_ROLES = ['Group.Read.All', 'Directory.Read.All'] as const;

export const GRAPH_HINT =
  'Azure portal > App registrations > the application > API permissions > Microsoft Graph > Application permissions, then grant admin consent.';

export function missingGraphRoles(roles: readonly string[]): readonly string[] {
  return GRAPH_ROLES.filter((role) => !roles.includes(role));
}

export function entraFindings(tenantName: string | undefined, { graphRoles }: Facts): readonly Finding[] {
  const path = '/cloud/account';
  const name =
    tenantName === undefined || tenantName === ''
      ? [
          violation(
            'TENANT_NAME_REQUIRED_FOR_AAD',
            path,
            'The cluster integrates with Entra ID, and its cloud account has no tenant name.',
            'Set tenantName of the cloud account.',
          ),
        ]
      : [];
  const missing = graphRoles === undefined ? [] : missingGraphRoles(graphRoles);
  return [
    ...name,
    ...missing.map((role) =>
      violation(
        'GRAPH_PERMISSION_MISSING',
        path,
        `The application lacks the Microsoft Graph application permission ${role}.`,
        GRAPH_HINT,
      ),
    ),
  ];
}
