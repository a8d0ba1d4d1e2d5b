/**
 * Who asks, and whether they may. Managed clusters know one admin's token, clusters that kubeadm made know client
 * certificates, both know the tokens of their service accounts. Admins may do anything, others what their roles say.
 * https://kubernetes.io/docs/reference/access-authn-authz/
 */
import { type Attributes, attributesOf } from './access/attributes.ts';
import { ALL_AUTHENTICATED, isAllowed, type User } from './access/rules.ts';
import { serviceAccountOf } from './access/service-account-tokens.ts';
import type { Cluster } from './cluster.ts';
import type { ApiRequest } from './request.ts';
import { forbidden, unauthorized } from './status-error.ts';

/** What Kubernetes shows to anyone: the role system:public-info-viewer. */
const PUBLIC = new Set(['/version', '/healthz', '/livez', '/readyz']);

/** Admins by nature; those of kubeadm are admins by a binding, which any of them may delete. */
const MASTERS = 'system:masters';

const MANAGED_ADMIN: User = { name: 'clusterAdmin', groups: [MASTERS, ALL_AUTHENTICATED] };
const ANONYMOUS: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

export interface Credentials {
  /** Of the admin of a managed cluster; empty where there is none. */
  readonly adminToken: string;
  /** That tokens of service accounts are derived from. */
  readonly secret: string;
}

/** Who asks. Throws 401 and 403. */
export function authorize(cluster: Cluster, credentials: Credentials, request: ApiRequest): User {
  if (PUBLIC.has(request.path)) return ANONYMOUS;
  const user = authenticate(cluster, credentials, request);
  const asked = attributesOf(request);
  if (!mayDo(cluster, user, asked)) throw forbidden(user.name, asked);
  return user;
}

export const mayDo = (cluster: Cluster, user: User, asked: Attributes): boolean =>
  user.groups.includes(MASTERS) || isAllowed(cluster, user, asked);

/** Managed clusters let nobody in without a token; others ask anyone's certificate and know who has none, too. */
function authenticate(cluster: Cluster, credentials: Credentials, { headers, identity }: ApiRequest): User {
  const [, token] = /^Bearer (.*)$/.exec(headers.authorization ?? '') ?? [];
  const account = token === undefined ? undefined : serviceAccountOf(cluster, credentials.secret, token);
  if (account !== undefined) return account;
  if (cluster.selfManaged === undefined) {
    if (credentials.adminToken === '' || token !== credentials.adminToken) throw unauthorized();
    return MANAGED_ADMIN;
  }
  if (identity === 'invalid') throw unauthorized();
  if (identity !== undefined) {
    return { name: identity.user, groups: [...identity.groups, ALL_AUTHENTICATED] };
  }
  if (headers.authorization !== undefined) throw unauthorized();
  return ANONYMOUS;
}
