/**
 * The secret store of production: Azure Key Vault. Values are cached for a short time, because a vault allows some
 * thousands of reads in 10 s (learn.microsoft.com/azure/key-vault/general/service-limits) and every pass needs its
 * account's secret. Account secrets get a fresh name with each
 * rotation, so a cached one is never an old one; a kubeconfig that another worker has replaced is used up to that long.
 */
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { SecretClient, type SecretProperties } from '@azure/keyvault-secrets';
import type { Clock } from '../domain/ports.ts';
import { Secret } from '../domain/secret.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { SecretStore } from './port.ts';

const CACHE_MS = 5 * MINUTE_MS;
const CACHE_SIZE = 1_000;
/** One call with its retries; a pass that asks must end well inside its lock. Our choice. */
const TIMEOUT_MS = 5_000;
/** The second in which a version was made, with room for a clock that differs from the vault's. */
const SETTLED_MS = 5_000;

interface Cached {
  readonly value: Secret;
  readonly until: number;
}

export interface KeyVaultOptions {
  readonly vaultUrl: string;
  readonly credential: TokenCredential;
  readonly clock: Clock;
  /** Answers in place of the network. */
  readonly httpClient?: HttpClient;
}

export function keyVaultSecrets({ vaultUrl, credential, clock, httpClient }: KeyVaultOptions): SecretStore {
  const open = (retryOptions: { readonly maxRetries: number; readonly retryDelayInMs?: number }) =>
    new SecretClient(vaultUrl, credential, {
      retryOptions,
      ...(httpClient === undefined ? {} : { httpClient }),
    });
  const reader = open({ maxRetries: 2, retryDelayInMs: 250 });
  // A retry could land a write after the deadline of its pass (protocol rule 7): the queue retries.
  const writer = open({ maxRetries: 0 });
  const cache = new Map<string, Cached>();
  return {
    async get(name) {
      const known = cache.get(name);
      if (known && known.until > clock.now()) return known.value;
      const value = await read(reader, name);
      if (value) remember(cache, name, { value, until: clock.now() + CACHE_MS });
      return value;
    },
    async set(name, value) {
      cache.delete(name);
      await writer.setSecret(name, value.reveal(), bounded());
    },
    async add(name, value) {
      if ((await firstVersion(reader, name)) === undefined) {
        await writer.setSecret(name, value.reveal(), bounded());
      }
    },
    async first(name) {
      const key = firstOf(name);
      const known = cache.get(key);
      if (known && known.until > clock.now()) return known.value;
      const version = await firstVersion(reader, name);
      if (version === undefined || isTooYoung(version, clock)) return undefined;
      const value = await read(reader, name, version.version);
      if (value) remember(cache, key, { value, until: clock.now() + CACHE_MS });
      return value;
    },
    async delete(name) {
      cache.delete(name);
      cache.delete(firstOf(name));
      // Soft delete starts with the first answer; waiting for the poller to end is nobody's need.
      await writer.beginDeleteSecret(name, bounded()).catch(ignoreAbsent);
    },
  };
}

/** Names have no slash: never the key of another one. */
const firstOf = (name: string): string => `${name}/first`;

/**
 * A vault has no conditional write: what is added twice has two versions, and the older one counts. Their times are
 * whole seconds (learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates), so two of one second
 * are told apart by their names, and none is read before its second is over.
 */
async function firstVersion(client: SecretClient, name: string): Promise<SecretProperties | undefined> {
  let first: SecretProperties | undefined;
  try {
    for await (const version of client.listPropertiesOfSecretVersions(name, bounded())) {
      if (first === undefined || isBefore(version, first)) first = version;
    }
  } catch (error) {
    ignoreAbsent(error);
  }
  return first;
}

function isBefore(one: SecretProperties, other: SecretProperties): boolean {
  const difference = createdAt(one) - createdAt(other);
  return difference === 0 ? (one.version ?? '') < (other.version ?? '') : difference < 0;
}

function isTooYoung(version: SecretProperties, clock: Clock): boolean {
  return clock.now() - createdAt(version) < SETTLED_MS;
}

const createdAt = ({ createdOn }: SecretProperties): number => createdOn?.getTime() ?? 0;

async function read(client: SecretClient, name: string, version?: string): Promise<Secret | undefined> {
  try {
    const which = version === undefined ? {} : { version };
    const { value } = await client.getSecret(name, { ...bounded(), ...which });
    return value === undefined ? undefined : new Secret(value);
  } catch (error) {
    ignoreAbsent(error);
    return undefined;
  }
}

function bounded(): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(TIMEOUT_MS) };
}

function ignoreAbsent(error: unknown): void {
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return;
  throw error;
}

function remember(cache: Map<string, Cached>, name: string, entry: Cached): void {
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? '');
  cache.set(name, entry);
}
