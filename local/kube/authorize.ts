/**
 * Who may ask. Managed clusters know one token. Clusters that kubeadm made know client certificates, of which only
 * admins may do anything here. https://kubernetes.io/docs/reference/access-authn-authz/
 */
import type { Cluster } from './cluster.ts';
import type { ApiRequest } from './request.ts';
import { forbidden, unauthorized } from './status-error.ts';

/** What Kubernetes shows to anyone: the role system:public-info-viewer. */
const PUBLIC = new Set(['/version', '/healthz', '/livez', '/readyz']);

/** The first by nature, the second by the binding that kubeadm makes. */
const ADMINS = ['system:masters', 'kubeadm:cluster-admins'];

/** Throws 401 and 403. */
export function authorize(cluster: Cluster, token: string, request: ApiRequest): void {
  if (PUBLIC.has(request.path)) return;
  const { authorization } = request.headers;
  if (cluster.selfManaged === undefined) {
    if (token === '' || authorization !== `Bearer ${token}`) throw unauthorized();
    return;
  }
  const { identity } = request;
  if (identity === undefined && authorization !== undefined) throw unauthorized();
  if (!identity?.groups.some((group) => ADMINS.includes(group))) {
    throw forbidden(identity?.user ?? 'system:anonymous', request.method.toLowerCase(), request.path);
  }
}
