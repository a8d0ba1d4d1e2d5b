/** A project that a cluster can be made in: account, profile, and a caller for every role. */

import { addProfile } from '../../lib/profiles/store.ts';
import { storeAccount } from './account.ts';
import { aProfile } from './cluster.ts';
import { bearer, someApiDeps, type TestApiDeps } from './http.ts';

export const viewer = { headers: bearer('vera:viewer@default') };
export const editor = { headers: bearer('ed:editor@default') };
export const admin = { headers: bearer('ann:admin@default') };

export async function aReadyProject(): Promise<TestApiDeps> {
  const deps = await someApiDeps();
  await storeAccount(deps);
  await addProfile(deps, 'default', aProfile());
  return deps;
}
