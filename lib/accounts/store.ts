/**
 * Cloud accounts as they are stored: everything but the secret, whose name in the secret store is all that the
 * directory keeps. Each rotation writes a secret of a new name and then swings the document over, so that neither a
 * crash nor a lost race leaves an account with another one's secret.
 */
import { createHash } from 'node:crypto';
import type { AccountType, CloudAccount } from '../clouds/port.ts';
import type { Deps } from '../deps.ts';
import type { Instant } from '../domain/time.ts';
import type { Address, Stored, StoredDocument } from '../store/port.ts';

export interface AccountDocument extends StoredDocument {
  readonly type: 'cloud-account';
  readonly project: string;
  readonly name: string;
  readonly accountType: AccountType;
  /** Azure: `tenantId`, `clientId`, `tenantName?`, `gateway?`. AWS: `accessKeyId`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly secretName: string;
  readonly lastRotatedAt: Instant;
  /** Raised by every change; the account's ETag. */
  readonly generation: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export function accountAddress(project: string): Address {
  return { container: 'directory', partition: project };
}

export function accountId(name: string): string {
  return `account:${name}`;
}

/** Project and account names may hold what Key Vault refuses, so they are hashed; `rotation` makes the name fresh. */
export function secretNameOf(project: string, name: string, rotation: string): string {
  const account = createHash('sha256').update(`${project}\0${name}`).digest('hex').slice(0, 32);
  return `account-${account}-${rotation}`;
}

export function readAccount(
  { store }: Pick<Deps, 'store'>,
  project: string,
  name: string,
): Promise<Stored<AccountDocument> | undefined> {
  return store.read<AccountDocument>(accountAddress(project), accountId(name));
}

export function toCloudAccount(document: AccountDocument): CloudAccount {
  const { project, name, accountType, settings, lastRotatedAt } = document;
  return { project, name, type: accountType, settings, lastRotatedAt };
}
