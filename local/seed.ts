/** What is ready to use on a fresh start: a project, an account and a profile for each cloud. Idempotent. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type AccountDocument, accountAddress, accountId, secretNameOf } from '../lib/accounts/store.ts';
import type { AccountType } from '../lib/clouds/port.ts';
import type { Deps } from '../lib/deps.ts';
import type { ProfileVersion } from '../lib/domain/profile.ts';
import { Secret } from '../lib/domain/secret.ts';
import { toInstant } from '../lib/domain/time.ts';
import { addProfile } from '../lib/profiles/store.ts';
import { putProject } from '../lib/projects/projects.ts';
import { DEMO_AWS } from './clouds/aws/seed.ts';
import { DEMO_ACCOUNT } from './clouds/azure/seed.ts';

const PROJECT = 'default';
const PROFILES = ['aks-base-1.0.0', 'aks-backup-1.0.0', 'aws-base-1.0.0', 'aws-backup-1.0.0'] as const;

type SeedDeps = Pick<Deps, 'store' | 'secrets' | 'clock'>;

export async function seed(deps: SeedDeps): Promise<void> {
  await putProject(deps, { name: PROJECT }, { description: 'Ready to use' });
  for (const account of ACCOUNTS) await seedAccount(deps, account);
  for (const name of PROFILES) await addProfile(deps, PROJECT, await builtInProfile(name));
}

async function builtInProfile(name: string): Promise<ProfileVersion> {
  const file = new URL(`../packs/profiles/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as ProfileVersion;
}

interface DemoAccount {
  readonly name: string;
  readonly accountType: AccountType;
  readonly settings: AccountDocument['settings'];
  readonly secret: string;
}

const ACCOUNTS: readonly DemoAccount[] = [
  {
    name: 'azure-demo',
    accountType: 'azure',
    settings: {
      tenantId: DEMO_ACCOUNT.tenantId,
      clientId: DEMO_ACCOUNT.clientId,
      tenantName: 'simulated.onmicrosoft.com',
    },
    secret: DEMO_ACCOUNT.clientSecret,
  },
  {
    name: 'aws-demo',
    accountType: 'aws',
    settings: { accessKeyId: DEMO_AWS.accessKeyId },
    secret: DEMO_AWS.secretAccessKey,
  },
];

/** The credentials of the simulated clouds are no secret, but they take the way of all secrets. */
async function seedAccount(deps: SeedDeps, demo: DemoAccount): Promise<void> {
  const { name, accountType, settings, secret } = demo;
  const rotation = createHash('sha256').update(secret).digest('hex').slice(0, 12);
  const secretName = secretNameOf(PROJECT, name, rotation);
  const now = toInstant(deps.clock.now());
  const account: AccountDocument = {
    id: accountId(name),
    type: 'cloud-account',
    project: PROJECT,
    name,
    accountType,
    settings,
    secretName,
    lastRotatedAt: now,
    generation: 1,
    createdAt: now,
    updatedAt: now,
  };
  await deps.secrets.set(secretName, new Secret(secret));
  await deps.store.create(accountAddress(PROJECT), account);
}
