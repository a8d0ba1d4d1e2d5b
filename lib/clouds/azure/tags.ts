/**
 * Tags mark what is ours: on the cluster and on every pool, from where AKS copies them to scale sets, machines and disks
 * (A182, A183). Azure writes tags as a whole map, so a change keeps what others put there.
 */
import type { Tags } from '../../domain/cluster.ts';
import type { ClusterId } from '../../domain/ids.ts';

export const UID_TAG = 'slipway_cluster_uid';
export const CLUSTER_TAG = 'slipway_cluster';
export const ROLE_TAG = 'slipway_role';
export const POOL_TAG = 'slipway_pool';
export const SPEC_TAG = 'slipway_spec';

interface Owner {
  readonly id: ClusterId;
  readonly name: string;
  readonly tags: Tags;
}

export function clusterTags(owner: Owner): Tags {
  return { ...owner.tags, [UID_TAG]: owner.id, [CLUSTER_TAG]: owner.name, [ROLE_TAG]: 'cluster' };
}

export function poolTags(owner: Owner, pool: string, specHash: string): Tags {
  return {
    ...owner.tags,
    [UID_TAG]: owner.id,
    [CLUSTER_TAG]: owner.name,
    [ROLE_TAG]: 'node',
    [POOL_TAG]: pool,
    [SPEC_TAG]: specHash,
  };
}

export interface TagWish {
  readonly want: Tags;
  /** Keys that we set on this resource before; the ones no longer wanted are taken off. */
  readonly managed: readonly string[];
}

/** The whole map to send: others' tags stay, ours win, and what we once set and no longer want goes. */
export function mergeTags(observed: Tags, wish: TagWish): Tags {
  const kept = Object.entries(observed).filter(([key]) => !wish.managed.includes(key));
  return { ...Object.fromEntries(kept), ...wish.want };
}

/** Nothing to write: every wanted tag is there and nothing is left of the ones taken back. */
export function tagsSettled(observed: Tags, wish: TagWish): boolean {
  const wanted = Object.entries(wish.want).every(([key, value]) => observed[key] === value);
  return wanted && wish.managed.every((key) => key in wish.want || !(key in observed));
}

/** Keys on the resource that are ours to take back later. */
export function managedKeys(observed: Tags, wish: TagWish): readonly string[] {
  const ours = new Set([...wish.managed, ...Object.keys(wish.want)]);
  return Object.keys(observed)
    .filter((key) => ours.has(key))
    .sort();
}
