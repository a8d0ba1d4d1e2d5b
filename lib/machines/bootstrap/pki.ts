/**
 * What a cluster's trust rests on, made once before its first machine and kept in the secret store: three authorities,
 * the keys of service accounts, the key that etcd's content is encrypted with, and the key that join tokens are derived
 * from. It is never replaced: of two passes that make it at once the first one's counts for both.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ClusterId } from '../../domain/ids.ts';
import { Secret } from '../../domain/secret.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { SecretStore } from '../../secrets/port.ts';
import { createAuthority, createKeyPair } from './certificates.ts';

const KEY_BYTES = 32;

const Authority = z.object({ certificate: z.string(), key: z.string() });
const Key = z.base64().refine((text) => Buffer.from(text, 'base64').length === KEY_BYTES);

const Pki = z.object({
  version: z.literal(1),
  cluster: Authority,
  etcd: Authority,
  frontProxy: Authority,
  serviceAccounts: z.object({ publicKey: z.string(), privateKey: z.string() }),
  /** Base64. */
  encryptionKey: Key,
  joinKey: Key,
});
export type Pki = z.output<typeof Pki>;

type PkiStore = Pick<SecretStore, 'add' | 'first' | 'delete'>;

const nameOf = (id: ClusterId): string => `pki-${id}`;

/** `undefined`: not made yet, or a moment ago. Throws when what is stored is not one: nobody may make another. */
export async function readPki(secrets: PkiStore, id: ClusterId): Promise<Pki | undefined> {
  const stored = await secrets.first(nameOf(id));
  if (stored === undefined) return undefined;
  const pki = Pki.safeParse(fromJson(stored.reveal()));
  if (pki.success) return pki.data;
  throw new Error(`The secret ${nameOf(id)} does not hold the keys of a cluster`);
}

/** Changes nothing when there is one already. */
export async function createPki(secrets: PkiStore, id: ClusterId, nowMs: EpochMs): Promise<void> {
  if ((await readPki(secrets, id)) !== undefined) return;
  const [cluster, etcd, frontProxy, serviceAccounts] = await Promise.all([
    createAuthority('kubernetes', nowMs),
    createAuthority('etcd-ca', nowMs),
    createAuthority('front-proxy-ca', nowMs),
    createKeyPair(),
  ]);
  const pki: Pki = {
    version: 1,
    cluster,
    etcd,
    frontProxy,
    serviceAccounts,
    encryptionKey: randomBytes(KEY_BYTES).toString('base64'),
    joinKey: randomBytes(KEY_BYTES).toString('base64'),
  };
  await secrets.add(nameOf(id), new Secret(JSON.stringify(pki)));
}

export async function deletePki(secrets: PkiStore, id: ClusterId): Promise<void> {
  await secrets.delete(nameOf(id));
}

/** Without the parser's message, which quotes the text. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
