/**
 * Tokens of service accounts: `sa.<namespace/name>.<mac>`, bound to one account of one cluster, so that an account that
 * was deleted and made anew has another one. They are derived, not kept.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Cluster, storedOne } from '../cluster.ts';
import { resource } from '../resources.ts';
import { ALL_AUTHENTICATED, serviceAccountUser, type User } from './rules.ts';

const PREFIX = 'sa';

/** `undefined`: there is no such account. */
export function serviceAccountToken(
  cluster: Cluster,
  secret: string,
  namespace: string,
  name: string,
): string | undefined {
  const key = `${namespace}/${name}`;
  const account = storedOne(cluster, resource('serviceaccounts'), key);
  if (account === undefined) return undefined;
  const mac = createHmac('sha256', secret)
    .update(JSON.stringify(['service-account', cluster.id, key, account.metadata.uid ?? '']))
    .digest('base64url');
  return `${PREFIX}.${Buffer.from(key).toString('base64url')}.${mac}`;
}

/** `undefined`: not a token of an account that exists. */
export function serviceAccountOf(cluster: Cluster, secret: string, token: string): User | undefined {
  const [prefix, key = ''] = token.split('.');
  if (prefix !== PREFIX) return undefined;
  const [namespace = '', name = ''] = Buffer.from(key, 'base64url').toString('utf8').split('/');
  const right = Buffer.from(serviceAccountToken(cluster, secret, namespace, name) ?? '');
  const shown = Buffer.from(token);
  if (right.length !== shown.length || !timingSafeEqual(right, shown)) return undefined;
  return {
    name: serviceAccountUser(namespace, name),
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, ALL_AUTHENTICATED],
  };
}
