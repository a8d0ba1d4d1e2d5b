/** Who calls, and what the token alone says that they may do. Members of a project add to that: grants.ts. */
import type { TagFilter } from '../../domain/tag-filter.ts';

export const ROLES = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Caller {
  /** Object id of a person, application id of an app, `service:...` of ourselves. Stable; never an e-mail address. */
  readonly subject: string;
  readonly kind: 'user' | 'app' | 'service' | 'anonymous';
  /** Roles that the token carries, by project; `*` is every project. */
  readonly roles: Readonly<Record<string, Role>>;
}

/** What someone may do in one project, and which objects they see. */
export interface Grant {
  readonly role: Role;
  readonly filter?: TagFilter;
}

/** Verifies the bearer token of a request. `undefined`: not good enough, for whatever reason. */
export interface Authenticator {
  authenticate(authorization: string | null): Promise<Caller | undefined>;
}

export const ANONYMOUS: Caller = { subject: 'anonymous', kind: 'anonymous', roles: {} };

/** The role that the token gives in a project, members aside. */
export function tokenRole(caller: Caller, project: string): Role | undefined {
  const roles = [roleIn(caller, '*'), roleIn(caller, project)].filter((role) => role !== undefined);
  return roles.reduce<Role | undefined>(
    (best, role) => (best && includesRole(best, role) ? best : role),
    undefined,
  );
}

/** Admin includes editor includes viewer. */
export function includesRole(has: Role, needs: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needs);
}

/** Admin of the whole deployment: sees and may do everything, whatever a member document says. */
export function isDeploymentAdmin(caller: Caller): boolean {
  return roleIn(caller, '*') === 'admin';
}

function roleIn(caller: Caller, project: string): Role | undefined {
  return Object.hasOwn(caller.roles, project) ? caller.roles[project] : undefined;
}
