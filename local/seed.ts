/** What is ready to use on a fresh start: project `default`, account `azure-demo`, profile `aks-base`. Idempotent. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type AccountDocument, accountAddress, accountId, secretNameOf } from '../lib/accounts/store.ts';
import type { Deps } from '../lib/deps.ts';
import type { ProfileVersion } from '../lib/domain/profile.ts';
import { Secret } from '../lib/domain/secret.ts';
import { toInstant } from '../lib/domain/time.ts';
import { addProfile } from '../lib/profiles/store.ts';
import { putProject } from '../lib/projects/projects.ts';
import { DEMO_ACCOUNT } from './clouds/azure/seed.ts';

const PROJECT = 'default';
const ACCOUNT = 'azure-demo';
const PROFILES = ['aks-base-1.0.0'] as const;

type SeedDeps = Pick<Deps, 'store' | 'secrets' | 'clock'>;

export async function seed(deps: SeedDeps): Promise<void> {
  await putProject(deps, { name: PROJECT }, { description: 'Ready to use' });
  await seedAccount(deps);
  for (const name of PROFILES) await addProfile(deps, PROJECT, await builtInProfile(name));
}

async function builtInProfile(name: string): Promise<ProfileVersion> {
  const file = new URL(`../packs/profiles/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as ProfileVersion;
}

/** The credentials of the simulated Azure are no secret, but they take the way of all secrets. */
async function seedAccount(deps: SeedDeps): Promise<void> {
  const rotation = createHash('sha256').update(DEMO_ACCOUNT.clientSecret).digest('hex').slice(0, 12);
  const secretName = secretNameOf(PROJECT, ACCOUNT, rotation);
  const now = toInstant(deps.clock.now());
  const account: AccountDocument = {
    id: accountId(ACCOUNT),
    type: 'cloud-account',
    project: PROJECT,
    name: ACCOUNT,
    accountType: 'azure',
    settings: {
      tenantId: DEMO_ACCOUNT.tenantId,
      clientId: DEMO_ACCOUNT.clientId,
      tenantName: 'simulated.onmicrosoft.com',
    },
    secretName,
    lastRotatedAt: now,
    generation: 1,
    createdAt: now,
    updatedAt: now,
  };
  await deps.secrets.set(secretName, new Secret(DEMO_ACCOUNT.clientSecret));
  await deps.store.create(accountAddress(PROJECT), account);
}
