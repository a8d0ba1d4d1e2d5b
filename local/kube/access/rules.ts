/**
 * Role-based access control: which rules a user has, and whether one of them allows what is asked. Roles and bindings
 * are the cluster's own objects, apart from the few that every API server brings.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
import { z } from 'zod';
import { type Cluster, stored, storedOne } from '../cluster.ts';
import type { ApiObject } from '../object.ts';
import { resource } from '../resources.ts';
import type { AskedResource, Attributes } from './attributes.ts';

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

const Names = z
  .array(z.string())
  .nullish()
  .transform((names) => names ?? []);
const Rule = z.object({
  verbs: Names,
  apiGroups: Names,
  resources: Names,
  resourceNames: Names,
  nonResourceURLs: Names,
});
export type Rule = z.output<typeof Rule>;

const Rules = z.array(Rule).catch([]);
const RoleRef = z.object({ kind: z.enum(['Role', 'ClusterRole']), name: z.string() });
export type RoleRef = z.output<typeof RoleRef>;
const Subjects = z
  .array(z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() }))
  .catch([]);

export const ALL_AUTHENTICATED = 'system:authenticated';

const rule = (verbs: readonly string[], about: Partial<Rule>): Rule => ({
  verbs: [...verbs],
  apiGroups: [],
  resources: [],
  resourceNames: [],
  nonResourceURLs: [],
  ...about,
});

/** Roles that API servers bring, as far as somebody is bound to them here. */
const BUILT_IN: Readonly<Record<string, readonly Rule[]>> = {
  'cluster-admin': [
    rule(['*'], { apiGroups: ['*'], resources: ['*'] }),
    rule(['*'], { nonResourceURLs: ['*'] }),
  ],
};

/** `system:discovery` and `system:basic-user`, of which every user has both. */
const OF_EVERYONE: readonly Rule[] = [
  rule(['get'], {
    nonResourceURLs: [
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/readyz',
      '/openapi',
      '/openapi/*',
      '/version',
      '/version/',
    ],
  }),
  rule(['create'], {
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  }),
];

export function isAllowed(cluster: Cluster, user: User, asked: Attributes): boolean {
  return rulesOf(cluster, user, asked.resource?.namespace).some((one) => allows(one, asked));
}

/** What the user may do in the namespace, or in none. */
export function rulesOf(cluster: Cluster, user: User, namespace: string | undefined): readonly Rule[] {
  const everywhere = stored(cluster, resource('clusterrolebindings'));
  const here = stored(cluster, resource('rolebindings')).filter(
    ({ metadata }) => namespace !== undefined && metadata.namespace === namespace,
  );
  const held = [...everywhere, ...here]
    .filter((binding) => binds(binding, user))
    .flatMap((binding) => rulesOfRole(cluster, roleRefOf(binding), binding.metadata.namespace));
  return user.groups.includes(ALL_AUTHENTICATED) ? [...held, ...OF_EVERYONE] : held;
}

export const roleRefOf = (binding: ApiObject): RoleRef | undefined => RoleRef.safeParse(binding.roleRef).data;

export const rulesIn = (role: ApiObject): readonly Rule[] => Rules.parse(role.rules ?? []);

/** None when the role is missing: bindings may come before their role. */
export function rulesOfRole(
  cluster: Cluster,
  role: RoleRef | undefined,
  namespace: string | undefined,
): readonly Rule[] {
  if (role === undefined) return [];
  const found =
    role.kind === 'Role'
      ? storedOne(cluster, resource('roles'), `${namespace ?? ''}/${role.name}`)
      : storedOne(cluster, resource('clusterroles'), `/${role.name}`);
  if (found !== undefined) return rulesIn(found);
  return (role.kind === 'ClusterRole' ? BUILT_IN[role.name] : undefined) ?? [];
}

function binds(binding: ApiObject, user: User): boolean {
  return Subjects.parse(binding.subjects).some(({ kind, name, namespace }) => {
    switch (kind) {
      case 'User':
        return name === user.name;
      case 'Group':
        return user.groups.includes(name);
      case 'ServiceAccount':
        return user.name === serviceAccountUser(namespace ?? '', name);
      default:
        return false;
    }
  });
}

export const serviceAccountUser = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`;

export function allows(one: Rule, { verb, resource: asked, path }: Attributes): boolean {
  if (!covers(one.verbs, verb)) return false;
  return asked === undefined ? one.nonResourceURLs.some((url) => matches(url, path)) : isAbout(one, asked);
}

function isAbout(one: Rule, { group, plural, name }: AskedResource): boolean {
  const [, subresource] = plural.split('/');
  return (
    covers(one.apiGroups, group) &&
    (covers(one.resources, plural) ||
      (subresource !== undefined && one.resources.includes(`*/${subresource}`))) &&
    (one.resourceNames.length === 0 || (name !== undefined && one.resourceNames.includes(name)))
  );
}

const covers = (listed: readonly string[], wanted: string): boolean =>
  listed.includes('*') || listed.includes(wanted);

const matches = (url: string, path: string): boolean =>
  url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path;
