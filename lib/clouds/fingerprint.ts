/** Stands for an account with its present secret, where answers and tokens are kept in memory. */
import { createHash } from 'node:crypto';
import type { AccountAccess } from './port.ts';

export function fingerprint({ account, secret }: AccountAccess): string {
  const settings = Object.entries(account.settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [account.project, account.name, settings, secret.reveal()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
