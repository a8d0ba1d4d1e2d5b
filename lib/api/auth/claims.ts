/**
 * From the claims of a verified token to a caller. Two dialects: Microsoft Entra ID in production, our own issuer in
 * local mode. A person is known by `oid` (never by e-mail or UPN, which move between people), an app by its client id.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
import { z } from 'zod';
import { type Caller, includesRole, ROLES, type Role } from './caller.ts';

export type ClaimsDialect = 'entra' | 'local';

/** The app role that makes an admin of every project. */
export const ADMIN_APP_ROLE = 'Slipway.Admin';

const IDENTIFIER = z.string().min(1).max(128);

const ENTRA = z.object({
  oid: IDENTIFIER,
  sub: IDENTIFIER,
  /** Delegated permissions: only tokens that people use have them. */
  scp: z.string().optional(),
  idtyp: z.string().optional(),
  /** Client id in v2 and v1 tokens. */
  azp: IDENTIFIER.optional(),
  appid: IDENTIFIER.optional(),
  roles: z.array(z.string()).optional(),
});

const LOCAL = z.object({
  sub: IDENTIFIER,
  roles: z.array(z.enum(ROLES)),
  projects: z.array(z.string()),
});

/** `undefined`: the token is genuine but says not enough, or is no access token (an id token proves a login only). */
export function callerOf(dialect: ClaimsDialect, claims: unknown): Caller | undefined {
  switch (dialect) {
    case 'entra':
      return entraCaller(claims);
    case 'local':
      return localCaller(claims);
  }
}

function entraCaller(claims: unknown): Caller | undefined {
  const parsed = ENTRA.safeParse(claims);
  if (!parsed.success) return undefined;
  const { oid, sub, scp, idtyp, azp, appid, roles } = parsed.data;
  const granted: Caller['roles'] = roles?.includes(ADMIN_APP_ROLE) ? { '*': 'admin' } : {};
  if (scp !== undefined) return { subject: oid, kind: 'user', roles: granted };
  // App-only tokens: `idtyp` is an optional claim; without it the subject is the service principal itself.
  const client = azp ?? appid;
  const isApp = idtyp === 'app' || (idtyp === undefined && oid === sub);
  return isApp && client !== undefined ? { subject: client, kind: 'app', roles: granted } : undefined;
}

function localCaller(claims: unknown): Caller | undefined {
  const parsed = LOCAL.safeParse(claims);
  if (!parsed.success) return undefined;
  const { sub, roles, projects } = parsed.data;
  const role = highest(roles);
  const granted = role === undefined ? [] : projects.map((project) => [project, role] as const);
  return { subject: sub, kind: 'user', roles: Object.fromEntries(granted) };
}

function highest(roles: readonly Role[]): Role | undefined {
  return roles.reduce<Role | undefined>(
    (best, role) => (best && includesRole(best, role) ? best : role),
    undefined,
  );
}
