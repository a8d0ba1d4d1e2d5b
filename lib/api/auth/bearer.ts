/**
 * Bearer tokens: RFC 6750 for the header, RFC 8725 for what to check. RS256 only, whatever the token's header says; the
 * issuer, the audience and both times must be right; keys come from our own configuration, never from the token.
 */
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../../domain/ports.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { Authenticator, Caller } from './caller.ts';
import { type ClaimsDialect, callerOf } from './claims.ts';
import { TokenCache } from './token-cache.ts';

export interface BearerSettings {
  readonly issuers: readonly string[];
  readonly audience: string;
  readonly dialect: ClaimsDialect;
  readonly keys: JWTVerifyGetKey;
  readonly clock: Clock;
}

/** The key set could not be read: no verdict about the token is possible. */
export class TokenKeysUnavailableError extends Error {
  override readonly name = 'TokenKeysUnavailableError';
}

/** Entra tokens of people in many groups come near 8 KiB. */
const MAX_TOKEN_LENGTH = 16_384;
const CLOCK_SKEW_SECONDS = 30;
/** A verified token is believed this long, so that a rotated key ends its tokens within minutes. */
const BELIEVED_MS = 5 * MINUTE_MS;
const CACHED_TOKENS = 2_000;

export function bearerAuthenticator(settings: BearerSettings): Authenticator {
  const cache = new TokenCache(CACHED_TOKENS);
  return {
    async authenticate(authorization) {
      const token = /^Bearer +([\w.-]+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined || token.length > MAX_TOKEN_LENGTH) return undefined;
      const nowMs = settings.clock.now();
      const believed = cache.find(token, nowMs);
      if (believed) return believed;
      const verified = await verify(settings, token, nowMs);
      if (verified) cache.keep(token, verified.caller, Math.min(verified.expiresMs, nowMs + BELIEVED_MS));
      return verified?.caller;
    },
  };
}

/**
 * The key set at an address. Kept for a day; a token with an unknown key id causes one fetch per five minutes at most, so
 * that a flood of invented key ids is no flood of fetches.
 */
export function remoteKeys(url: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), {
    cacheMaxAge: 24 * HOUR_MS,
    cooldownDuration: 5 * MINUTE_MS,
    timeoutDuration: 5 * SECOND_MS,
  });
}

interface Verified {
  readonly caller: Caller;
  readonly expiresMs: number;
}

async function verify(
  { issuers, audience, dialect, keys }: BearerSettings,
  token: string,
  nowMs: number,
): Promise<Verified | undefined> {
  try {
    const { payload } = await jwtVerify(token, reachable(keys), {
      algorithms: ['RS256'],
      issuer: [...issuers],
      audience,
      clockTolerance: CLOCK_SKEW_SECONDS,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'sub'],
    });
    const caller = callerOf(dialect, payload);
    const expiresMs = ((payload.exp ?? 0) + CLOCK_SKEW_SECONDS) * SECOND_MS;
    return caller && { caller, expiresMs };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** Tells «there is no such key» (the token's fault) from «the key set cannot be read» (not the caller's). */
function reachable(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      if (error instanceof errors.JOSENotSupported) throw error;
      throw new TokenKeysUnavailableError('The key set for tokens cannot be read', { cause: error });
    }
  };
}
