/**
 * Who may ask. Managed clusters know one token. Clusters that kubeadm made know client certificates, of which only
 * admins may do anything here. https://kubernetes.io/docs/reference/access-authn-authz/
 */
import { type Cluster, storedOne } from './cluster.ts';
import type { ApiRequest, ClientIdentity } from './request.ts';
import { resource } from './resources.ts';
import { forbidden, unauthorized } from './status-error.ts';

/** What Kubernetes shows to anyone: the role system:public-info-viewer. */
const PUBLIC = new Set(['/version', '/healthz', '/livez', '/readyz']);

/** Admins by nature. */
const MASTERS = 'system:masters';
/** Admins by the binding of the same name, which kubeadm makes and anyone of them may delete. */
const CLUSTER_ADMINS = 'kubeadm:cluster-admins';

/** Throws 401 and 403. */
export function authorize(cluster: Cluster, token: string, request: ApiRequest): void {
  if (PUBLIC.has(request.path)) return;
  const { authorization } = request.headers;
  if (cluster.selfManaged === undefined) {
    if (token === '' || authorization !== `Bearer ${token}`) throw unauthorized();
    return;
  }
  const { identity } = request;
  if (identity === 'invalid' || (identity === undefined && authorization !== undefined)) throw unauthorized();
  if (identity === undefined || !isAdmin(cluster, identity)) {
    throw forbidden(identity?.user ?? 'system:anonymous', request.method.toLowerCase(), request.path);
  }
}

const isAdmin = (cluster: Cluster, { groups }: ClientIdentity): boolean =>
  groups.includes(MASTERS) ||
  (groups.includes(CLUSTER_ADMINS) &&
    storedOne(cluster, resource('clusterrolebindings'), `/${CLUSTER_ADMINS}`) !== undefined);
