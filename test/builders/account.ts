/** Cloud accounts as stored, and putting one into a test's ports. */
import { type AccountDocument, accountAddress, accountId } from '../../lib/accounts/store.ts';
import { Secret } from '../../lib/domain/secret.ts';
import type { TestDeps } from './deps.ts';

export const TENANT = '11111111-2222-4333-8444-555555555555';
export const CLIENT = '66666666-7777-4888-8999-aaaaaaaaaaaa';

export function anAccount(fields: Partial<AccountDocument> = {}): AccountDocument {
  const name = fields.name ?? 'azure-demo';
  return {
    id: accountId(name),
    type: 'cloud-account',
    project: 'default',
    name,
    accountType: 'azure',
    settings: { tenantId: TENANT, clientId: CLIENT },
    secretName: `account-of-${name}`,
    lastRotatedAt: '2026-11-20T12:00:00.000Z',
    generation: 1,
    createdAt: '2026-11-20T12:00:00.000Z',
    updatedAt: '2026-11-20T12:00:00.000Z',
    ...fields,
  };
}

export async function storeAccount(deps: TestDeps, document: AccountDocument = anAccount()): Promise<void> {
  await deps.secrets.set(document.secretName, new Secret('s3cret'));
  await deps.store.upsert(accountAddress(document.project), document);
}
