/** What a pass or a check needs to speak to a cloud: the account and its secret, read at the moment of use. */
import type { AccountAccess } from '../clouds/port.ts';
import type { Deps } from '../deps.ts';
import { readAccount, toCloudAccount } from './store.ts';

/**
 * `undefined`: no such account in the project, or its secret is gone. A rotation may remove the old secret between the
 * two reads; one more look finds the new one.
 */
export async function accountAccess(
  deps: Pick<Deps, 'store' | 'secrets'>,
  project: string,
  name: string,
): Promise<AccountAccess | undefined> {
  for (let look = 0; look < 2; look += 1) {
    const stored = await readAccount(deps, project, name);
    if (!stored) return undefined;
    const secret = await deps.secrets.get(stored.document.secretName);
    if (secret) return { account: toCloudAccount(stored.document), secret };
  }
  return undefined;
}
