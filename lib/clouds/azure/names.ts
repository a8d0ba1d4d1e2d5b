/**
 * Names of Azure resources: pure functions of the cluster, so that what a lost answer created is found again. Limits
 * are Azure's «naming rules and restrictions»; nothing here may ever change for a cluster that exists.
 */
import { createHash } from 'node:crypto';
import type { ClusterId } from '../../domain/ids.ts';

const NODE_GROUP_LIMIT = 80;
const POOL_SLUG = 8;
/** Base 36 digits after the slug: 1.7 million hashes, because two revisions of one pool must not share a name. */
const POOL_HASH = 4;

/** The group that AKS makes for machines and load balancers; only the part from the user's group is ever cut. */
export function nodeResourceGroup(resourceGroup: string, key: string, region: string): string {
  const room = NODE_GROUP_LIMIT - `MC__${key}_${region}`.length;
  return `MC_${resourceGroup.slice(0, room)}_${key}_${region}`;
}

/** Hash of what cannot change on an AKS pool in place: another hash is another pool. */
export function poolSpecHash(immutable: {
  readonly instanceType: string;
  readonly diskSizeGiB: number;
  readonly zones: readonly string[];
}): string {
  const text = JSON.stringify([
    immutable.instanceType.toLowerCase(),
    immutable.diskSizeGiB,
    immutable.zones.toSorted(),
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Name of the AKS pool that serves a pool of the spec in one of its revisions: at most 12 lower-case characters. */
export function agentPoolName(pool: string, specHash: string): string {
  const slug = pool
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, POOL_SLUG);
  const digest = createHash('sha256').update(`${pool}\0${specHash}`).digest('hex').slice(0, 12);
  const suffix = Number.parseInt(digest, 16).toString(36).padStart(POOL_HASH, '0').slice(-POOL_HASH);
  return `${slug}${suffix}`;
}

/** Key Vault name of the admin kubeconfig. */
export function kubeconfigSecret(id: ClusterId): string {
  return `kubeconfig-${id}`;
}

export interface ClusterAddress {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}
