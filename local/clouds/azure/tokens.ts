/**
 * Access tokens: signed JWTs with the claims that clients and we ourselves read. Signed with a shared secret (HS256),
 * since issuer and audience are the same program here; clients must treat them as opaque anyway.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { Principal } from './state.ts';

export const MANAGEMENT_AUDIENCE = 'https://management.azure.com';
export const GRAPH_AUDIENCE = 'https://graph.microsoft.com';

/** A little over an hour, as Entra ID hands them out. */
export const TOKEN_LIFETIME_S = 3599;

const claims = z.looseObject({
  aud: z.string(),
  tid: z.string(),
  oid: z.string(),
  exp: z.number(),
  roles: z.array(z.string()).optional(),
});
export type Claims = z.infer<typeof claims>;

export type Checked =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly why: string };

export interface Tokens {
  /** `now`: wall time, because clients compare the lifetime with their own clock. */
  issue(principal: Principal, audience: string, now: EpochMs): string;
  /** Checks the signature and the lifetime; the audience is the caller's business. */
  check(token: string, now: EpochMs): Checked;
}

export function tokensSignedWith(secret: string): Tokens {
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const verified = new Map<string, Claims>();
  const decode = (token: string): Claims | undefined => {
    const [head, payload, signature] = token.split('.');
    if (!head || !payload || !signature || !sameText(sign(`${head}.${payload}`), signature)) return undefined;
    return claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))).data;
  };
  return {
    issue(principal, audience, now) {
      const body = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claimsFor(principal, audience, now))}`;
      return `${body}.${sign(body)}`;
    },
    check(token, now) {
      const found = verified.get(token) ?? decode(token);
      if (!found) return { ok: false, why: 'The access token is invalid.' };
      if (verified.size > 1000) verified.clear();
      verified.set(token, found);
      if (found.exp * 1000 <= now) return { ok: false, why: 'The access token expiry UTC time has passed.' };
      return { ok: true, claims: found };
    },
  };
}

function claimsFor(principal: Principal, audience: string, now: EpochMs) {
  const issuedAt = Math.floor(now / 1000);
  const roles =
    audience === GRAPH_AUDIENCE && principal.graphRoles.length > 0 ? principal.graphRoles : undefined;
  return {
    aud: audience,
    iss: `https://sts.windows.net/${principal.tenantId}/`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + TOKEN_LIFETIME_S,
    appid: principal.clientId,
    idtyp: 'app',
    oid: principal.objectId,
    sub: principal.objectId,
    tid: principal.tenantId,
    ver: '1.0',
    ...(roles ? { roles } : {}),
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
