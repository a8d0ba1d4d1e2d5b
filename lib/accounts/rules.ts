/** What a cloud account must look like before a cloud is asked about it. Pure; all findings at once. */
import { type Finding, violation } from '../domain/findings.ts';

/** An Azure account as people send it; whatever is absent is empty. */
export interface AzureSettings {
  readonly tenantId: string;
  readonly clientId: string;
  readonly tenantName?: string;
  readonly gateway?: string;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const WHERE_IDS_ARE = 'Azure portal > Microsoft Entra ID > App registrations > your application > Overview';
const WHERE_SECRETS_ARE =
  'Azure portal > Microsoft Entra ID > App registrations > your application > Certificates & secrets';

export function nameFindings(name: string): readonly Finding[] {
  if (DNS_LABEL.test(name)) return [];
  return [
    violation(
      'NAME_INVALID',
      '/name',
      'The name of a cloud account is 1 to 63 lower-case letters, digits and hyphens, and begins and ends with a letter or digit.',
    ),
  ];
}

export function azureFindings(settings: AzureSettings): readonly Finding[] {
  const findings: Finding[] = [];
  if (!GUID.test(settings.clientId)) {
    findings.push(
      violation(
        'CLIENT_ID_INVALID',
        '/clientId',
        'clientId must be the GUID of an application.',
        WHERE_IDS_ARE,
      ),
    );
  }
  if (!GUID.test(settings.tenantId)) {
    findings.push(
      violation('TENANT_ID_INVALID', '/tenantId', 'tenantId must be the GUID of a directory.', WHERE_IDS_ARE),
    );
  }
  return findings;
}

export function secretFindings(secret: string | undefined): readonly Finding[] {
  if (secret !== undefined && secret !== '') return [];
  return [
    violation(
      'CLIENT_SECRET_REQUIRED',
      '/clientSecret',
      'clientSecret is required: a value of a client secret of the application.',
      WHERE_SECRETS_ARE,
    ),
  ];
}
