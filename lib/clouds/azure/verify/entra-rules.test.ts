import { describe, expect, test } from '@jest/globals';
import { brief } from '../../../../test/builders/azure-facts.ts';
import { entraFindings } from './entra-rules.ts';

describe('Entra ID', () => {
  test('[A121] the account needs a tenant name', () => {
    expect(brief(entraFindings(undefined, {}))).toEqual([
      'error TENANT_NAME_REQUIRED_FOR_AAD /cloud/account',
    ]);
  });
  test('[A122, A123, A124] both Graph permissions, and where they are set', () => {
    const findings = entraFindings('contoso', { graphRoles: [] });
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'GRAPH_PERMISSION_MISSING',
        'The application lacks the Microsoft Graph application permission Group.Read.All.',
      ],
      [
        'GRAPH_PERMISSION_MISSING',
        'The application lacks the Microsoft Graph application permission Directory.Read.All.',
      ],
    ]);
    expect(findings[0]?.hint).toContain('App registrations');
    expect(entraFindings('contoso', { graphRoles: ['Group.Read.All', 'Directory.Read.All'] })).toEqual([]);
  });
});
