/** A project that a cluster can be made in: account, profile, and a caller for every role. */

import { addProfile } from '../../lib/profiles/store.ts';
import { anAccount, storeAccount } from './account.ts';
import { anAwsProfile } from './aws-input.ts';
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

/** The same with what an AWS cluster needs beside it. */
export async function aReadyProjectWithAws(): Promise<TestApiDeps> {
  const deps = await aReadyProject();
  const settings = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
  await storeAccount(deps, anAccount({ name: 'aws-demo', accountType: 'aws', settings }));
  await addProfile(deps, 'default', anAwsProfile());
  return deps;
}
