/**
 * The key that all credentials and bootstrap tokens of agents are derived from: made once for the deployment by the first
 * pass that installs an agent, kept in the secret store, never replaced. Who has it can speak for every cluster.
 */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Deps } from '../deps.ts';
import { Secret } from '../domain/secret.ts';
import type { SecretStore } from '../secrets/port.ts';

export type AgentKey = Secret<KeyObject>;

const NAME = 'agent-key';
const KEY_BYTES = 32;

/** By store: the key never changes, so what was read once is read for good. */
const memory = new WeakMap<object, AgentKey>();

type KeyStore = Pick<SecretStore, 'add' | 'first'>;

/** `undefined`: nobody has made it yet, or a moment ago; then nothing that is signed with it can exist either. */
export async function agentKey({ secrets }: Pick<Deps, 'secrets'>): Promise<AgentKey | undefined> {
  return readKey(secrets);
}

/** Makes it when there is none. `undefined`: made a moment ago, ask again in some seconds. */
export async function ensureAgentKey(secrets: KeyStore): Promise<AgentKey | undefined> {
  const known = await readKey(secrets);
  if (known !== undefined) return known;
  await secrets.add(NAME, new Secret(randomBytes(KEY_BYTES).toString('base64')));
  return readKey(secrets);
}

/** Throws when what is stored is no key: nobody may make another, it would end every credential there is. */
async function readKey(secrets: Pick<KeyStore, 'first'>): Promise<AgentKey | undefined> {
  const known = memory.get(secrets);
  if (known !== undefined) return known;
  const stored = await secrets.first(NAME);
  if (stored === undefined) return undefined;
  const bytes = Buffer.from(stored.reveal(), 'base64');
  if (bytes.length !== KEY_BYTES) throw new Error(`The secret ${NAME} does not hold the key of agents`);
  const key = new Secret(createSecretKey(bytes));
  memory.set(secrets, key);
  return key;
}

/**
 * 256 bits over the parts, none of which may hold a line break. `purpose` keeps what is made for one use from being good
 * for another.
 */
export function signatureOf(key: AgentKey, purpose: string, parts: readonly (string | number)[]): string {
  return createHmac('sha256', key.reveal())
    .update([purpose, ...parts].join('\n'))
    .digest('base64url');
}
