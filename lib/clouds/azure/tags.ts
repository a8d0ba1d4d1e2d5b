/**
 * Tags mark what is ours: on the cluster and on every pool, from where AKS copies them to scale sets, machines and disks
 * (A182, A183). Azure writes tags as a whole map, so a change keeps what others put there; it compares keys without case
 * and may give them back in the case of whoever wrote them first.
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

/**
 * The whole map to send: others' tags stay, ours win, and what we once set and no longer want goes. Azure refuses keys
 * that differ in case only.
 */
export function mergeTags(observed: Tags, wish: TagWish): Tags {
  const ours = folded([...wish.managed, ...Object.keys(wish.want)]);
  const kept = Object.entries(observed).filter(([key]) => !ours.has(key.toLowerCase()));
  return { ...Object.fromEntries(kept), ...wish.want };
}

/** Nothing to write: every wanted tag is there, in whatever case Azure kept its key, and no other is left of ours. */
export function tagsSettled(observed: Tags, wish: TagWish): boolean {
  const present = new Map(Object.entries(observed).map(([key, value]) => [key.toLowerCase(), value]));
  const wanted = folded(Object.keys(wish.want));
  return (
    Object.entries(wish.want).every(([key, value]) => present.get(key.toLowerCase()) === value) &&
    [...folded(wish.managed)].every((key) => wanted.has(key) || !present.has(key))
  );
}

/** Keys on the resource that are ours to take back later. */
export function managedKeys(observed: Tags, wish: TagWish): readonly string[] {
  const ours = folded([...wish.managed, ...Object.keys(wish.want)]);
  return Object.keys(observed)
    .filter((key) => ours.has(key.toLowerCase()))
    .sort();
}

function folded(keys: readonly string[]): ReadonlySet<string> {
  return new Set(keys.map((key) => key.toLowerCase()));
}
