/**
 * Tags mark what is ours; they go into every create call, because a tag that is set afterwards leaves an orphan when
 * the answer is lost. A resource is ours when it carries the cluster's uid and `owned` (docs/architecture.md).
 */
import type { ClusterView, Tags } from '../../domain/cluster.ts';
import { clusterKey } from '../../domain/cluster-key.ts';

export const UID_TAG = 'slipway:cluster-uid';
export const CLUSTER_TAG = 'slipway:cluster';
export const ROLE_TAG = 'slipway:role';
export const POOL_TAG = 'slipway:pool';
/** Index of a machine in its pool. */
export const NODE_TAG = 'slipway:node';
/** Attempt: 1, 2, … */
export const ATTEMPT_TAG = 'slipway:gen';
/** Hash of what cannot change on a machine in place. */
export const SPEC_TAG = 'slipway:spec';
export const ZONE_TAG = 'slipway:az';
/** On what the clusters of an account share. */
export const SHARED_TAG = 'slipway:shared';

export type Role =
  | 'vpc'
  | 'public'
  | 'private'
  | 'igw'
  | 'nat'
  | 'eip'
  | 'rt'
  | 'bastion'
  | 'apiserver'
  | 'apiserver-lb'
  | 'controlplane'
  | 'node'
  | 'lb'
  | 'events';

/** `kubernetes.io/cluster/<key>`: what cloud controllers look for. */
export function kubernetesTag(view: Pick<ClusterView, 'name' | 'id'>): string {
  return `kubernetes.io/cluster/${clusterKey(view.name, view.id)}`;
}

/** The user's tags, ours, and a Name; `more` wins. */
export function tagsFor(
  view: Pick<ClusterView, 'name' | 'id' | 'spec'>,
  role: Role,
  name: string,
  more: Tags = {},
): Tags {
  return {
    ...view.spec.tags,
    Name: name,
    [UID_TAG]: view.id,
    [CLUSTER_TAG]: view.name,
    [ROLE_TAG]: role,
    ...more,
  };
}

/** The form in which EC2, ELB, IAM and Secrets Manager take tags. */
export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

export function tagMap(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Keys that we or Kubernetes look things up by: a tag of the user's with such a key changes nothing. */
export function isOwnTag(key: string): boolean {
  return key === 'Name' || key.startsWith('slipway:') || key.startsWith('kubernetes.io/');
}
