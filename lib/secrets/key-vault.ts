/**
 * The secret store of production: Azure Key Vault. Values are cached for a short time, because a vault allows 2,000
 * reads in 10 s (quality.md 1.2) and every pass needs its account's secret; a rotation uses a fresh name, so a cached
 * value is never an old one.
 */
import type { TokenCredential } from '@azure/core-auth';
import { SecretClient } from '@azure/keyvault-secrets';
import type { Clock } from '../domain/ports.ts';
import { Secret } from '../domain/secret.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { SecretStore } from './port.ts';

const CACHE_MS = 5 * MINUTE_MS;
const CACHE_SIZE = 1_000;

interface Cached {
  readonly value: Secret;
  readonly until: number;
}

export function keyVaultSecrets(vaultUrl: string, credential: TokenCredential, clock: Clock): SecretStore {
  const client = new SecretClient(vaultUrl, credential);
  const cache = new Map<string, Cached>();
  return {
    async get(name) {
      const known = cache.get(name);
      if (known && known.until > clock.now()) return known.value;
      const value = await read(client, name);
      if (value) remember(cache, name, { value, until: clock.now() + CACHE_MS });
      return value;
    },
    async set(name, value) {
      cache.delete(name);
      await client.setSecret(name, value.reveal());
    },
    async delete(name) {
      cache.delete(name);
      // Soft delete starts with the first answer; waiting for the poller to end is nobody's need.
      await client.beginDeleteSecret(name).catch(ignoreAbsent);
    },
  };
}

async function read(client: SecretClient, name: string): Promise<Secret | undefined> {
  try {
    const { value } = await client.getSecret(name);
    return value === undefined ? undefined : new Secret(value);
  } catch (error) {
    ignoreAbsent(error);
    return undefined;
  }
}

function ignoreAbsent(error: unknown): void {
  if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return;
  throw error;
}

function remember(cache: Map<string, Cached>, name: string, entry: Cached): void {
  if (cache.size >= CACHE_SIZE) cache.delete(cache.keys().next().value ?? '');
  cache.set(name, entry);
}
