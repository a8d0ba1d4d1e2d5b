/**
 * Tokens for cloud accounts, cached per account and secret so that a pass does not sign in again; a rotated secret is
 * another credential. The secret is revealed here and nowhere else on the way to Entra ID.
 */
import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { ClientSecretCredential } from '@azure/identity';
import { fingerprint } from '../../fingerprint.ts';
import type { AccountAccess } from '../../port.ts';
import { LOGIN_ORIGIN } from './origins.ts';

export type Credentials = (access: AccountAccess) => TokenCredential;

/** Accounts whose tokens one process keeps; the oldest give way. */
const MAX_CACHED = 500;

export function createCredentials(httpClient: HttpClient): Credentials {
  const cache = new Map<string, TokenCredential>();
  return (access) => {
    const key = fingerprint(access);
    const cached = cache.get(key);
    if (cached) return cached;
    const credential = signIn(access, httpClient);
    const oldest = cache.size >= MAX_CACHED ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
    cache.set(key, credential);
    return credential;
  };
}

/** A credential with no cached token: permissions that were just granted show up only in new tokens. */
export function signIn({ account, secret }: AccountAccess, httpClient: HttpClient): TokenCredential {
  return new ClientSecretCredential(
    account.settings.tenantId ?? '',
    account.settings.clientId ?? '',
    secret.reveal(),
    // Discovery would ask a second host whether the first is Microsoft's; the authority is fixed anyway.
    {
      authorityHost: LOGIN_ORIGIN,
      disableInstanceDiscovery: true,
      httpClient,
      retryOptions: { maxRetries: 0 },
    },
  );
}
