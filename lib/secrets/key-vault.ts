/**
 * The secret store of production: Azure Key Vault. Values are cached for a short time, because a vault allows some
 * thousands of reads in 10 s (learn.microsoft.com/azure/key-vault/general/service-limits) and every pass needs its
 * account's secret. Account secrets get a fresh name with each
 * rotation, so a cached one is never an old one; a kubeconfig that another worker has replaced is used up to that long.
 */
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { SecretClient } from '@azure/keyvault-secrets';
import type { Clock } from '../domain/ports.ts';
import { Secret } from '../domain/secret.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { SecretStore } from './port.ts';

const CACHE_MS = 5 * MINUTE_MS;
const CACHE_SIZE = 1_000;
/** One call with its retries; a pass that asks must end well inside its lock. Our choice. */
const TIMEOUT_MS = 5_000;

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
    async delete(name) {
      cache.delete(name);
      // Soft delete starts with the first answer; waiting for the poller to end is nobody's need.
      await writer.beginDeleteSecret(name, bounded()).catch(ignoreAbsent);
    },
  };
}

async function read(client: SecretClient, name: string): Promise<Secret | undefined> {
  try {
    const { value } = await client.getSecret(name, bounded());
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
