/** How many nodes a change makes, replaces and removes, by the sizes that people asked for (A247). Pure. */
import type { CloudConfig, ClusterSpec } from '../domain/cluster.ts';
import type { PoolSpec } from '../domain/pool.ts';

/** What the autoscaler adds is not in it. */
export interface NodeCounts {
  readonly created: number;
  readonly replaced: number;
  readonly deleted: number;
}

export function nodesOf({ pools }: Pick<ClusterSpec, 'pools'>): number {
  return pools.reduce((sum, pool) => sum + pool.size, 0);
}

export function nodesBetween(before: ClusterSpec, after: ClusterSpec): NodeCounts {
  const nodes = { created: 0, replaced: 0, deleted: 0 };
  for (const pool of after.pools) {
    const old = before.pools.find((candidate) => candidate.name === pool.name);
    const size = old?.size ?? 0;
    nodes.created += Math.max(0, pool.size - size);
    nodes.deleted += Math.max(0, size - pool.size);
    if (old) nodes.replaced += Math.min(size, pool.size, replacedBy(after.cloud, old, pool));
  }
  const kept = new Set(after.pools.map((pool) => pool.name));
  nodes.deleted += nodesOf({ pools: before.pools.filter((pool) => !kept.has(pool.name)) });
  return nodes;
}

/** AKS makes another pool of nodes for other zones; machines of our own are replaced in the zones that went. */
function replacedBy({ type }: CloudConfig, old: PoolSpec, pool: PoolSpec): number {
  switch (type) {
    case 'aks':
      return isOtherMachine(old, pool) || old.zones.join() !== pool.zones.join() ? old.size : 0;
    case 'aws':
      return isOtherMachine(old, pool) || isOtherPurchase(old, pool)
        ? old.size
        : nodesOutside(old, pool.zones);
  }
}

function isOtherMachine(old: PoolSpec, pool: PoolSpec): boolean {
  return (
    old.instanceType.toLowerCase() !== pool.instanceType.toLowerCase() ||
    old.disk.sizeGiB !== pool.disk.sizeGiB
  );
}

/** AKS derives the disk's type from the size. Another bid is for machines to come. */
function isOtherPurchase(old: PoolSpec, pool: PoolSpec): boolean {
  return old.disk.type !== pool.disk.type || (old.capacity ?? 'on-demand') !== (pool.capacity ?? 'on-demand');
}

/** Of a pool that is spread evenly, the first zones having one more. */
function nodesOutside({ size, zones }: PoolSpec, kept: readonly string[]): number {
  return zones.reduce(
    (sum, zone, index) => (kept.includes(zone) ? sum : sum + Math.ceil((size - index) / zones.length)),
    0,
  );
}
