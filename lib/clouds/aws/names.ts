/**
 * Names and client tokens of AWS resources: pure functions of the cluster, so that what a lost answer created is found
 * again. Nothing here may ever change for a cluster that exists.
 */
import { createHash } from 'node:crypto';
import type { ClusterView } from '../../domain/cluster.ts';
import { clusterKey } from '../../domain/cluster-key.ts';

type Named = Pick<ClusterView, 'name' | 'id'>;

/** ELB names have 32 characters at most: docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
const BALANCER_LIMIT = 32;
const TOKEN_LENGTH = 48;

export const keyOf = (view: Named): string => clusterKey(view.name, view.id);

export const balancerName = (view: Named): string => limited(`${keyOf(view)}-api`);
export const targetGroupName = (view: Named): string => limited(`${keyOf(view)}-api-6443`);

/** Role and instance profile have the same name; the account's policy is scoped to `slip-*`. */
export const instanceProfileName = (view: Named, role: 'controlplane' | 'node'): string =>
  `slip-${keyOf(view)}-${role}`;

/** Secrets that a machine reads while it boots, below this prefix: `slip/<key>/`. */
export const bootSecretPrefix = (view: Named): string => `slip/${keyOf(view)}/`;

/** One queue per account and region, shared by the clusters there. */
export const EVENT_QUEUE = 'slip-events';

export const machineName = (
  view: Named,
  at: { readonly pool: string; readonly index: number; readonly attempt: number },
): string => `${keyOf(view)}-${at.pool}-${at.index}-${at.attempt}`;

/** At most 64 ASCII characters; the same for the same parts, for ever. */
export function clientToken(view: Named, ...parts: readonly (string | number)[]): string {
  return createHash('sha256')
    .update([view.id, ...parts].join('\0'))
    .digest('hex')
    .slice(0, TOKEN_LENGTH);
}

function limited(name: string): string {
  if (name.length <= BALANCER_LIMIT) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 7);
  return `${name.slice(0, 24).replace(/-+$/, '')}-${digest}`;
}
