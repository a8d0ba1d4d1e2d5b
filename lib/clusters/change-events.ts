/**
 * What the event stream says of a request that was accepted: who reads the stream later sees why the loop began to work.
 * Each request is news, also when it says the same as an earlier one, so none of these events is folded. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ClusterDocument, ClusterSpec } from '../domain/cluster.ts';
import type { PoolSpec } from '../domain/pool.ts';
import type { NewEvent } from '../reconcile/event-log.ts';

export function clusterRequested({ name, spec }: ClusterDocument): NewEvent {
  const { profile, cloud, pools } = spec;
  const nodes = pools.map((pool) => `${pool.name} (${sizeOf(pool)})`).join(', ');
  return asked(
    'ClusterRequested',
    `Asked for cluster ${name} in ${cloud.region}, from profile ${profile.name} ${profile.version}, with pools ${nodes}.`,
  );
}

export function clusterChanged(before: ClusterSpec, after: ClusterSpec): NewEvent {
  const fields = (['description', 'tags', 'purpose', 'schedules'] as const).filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );
  return asked('ClusterChanged', `Asked for a change of ${fields.join(', ')}.`);
}

export function poolAdded(before: ClusterSpec, after: ClusterSpec): NewEvent {
  const known = new Set(before.pools.map(({ name }) => name));
  const added = after.pools.filter(({ name }) => !known.has(name));
  return asked(
    'PoolRequested',
    `Asked for ${added.map(nameOf).join(', ')} with ${added.map(sizeOf).join(', ')}.`,
  );
}

const POOL_FIELDS = [
  'system',
  'instanceType',
  'disk',
  'zones',
  'labels',
  'taints',
  'drain',
  'allowWorkloads',
  'capacity',
  'spot',
] as const satisfies readonly (keyof PoolSpec)[];

export function poolChanged(pool: string): (before: ClusterSpec, after: ClusterSpec) => NewEvent {
  return (before, after) => {
    const [was, is] = [poolOf(before, pool), poolOf(after, pool)];
    const resized = was && is && sizeOf(was) !== sizeOf(is) ? [`${sizeOf(was)} to ${sizeOf(is)}`] : [];
    const fields = POOL_FIELDS.filter((field) => !isDeepStrictEqual(was?.[field], is?.[field]));
    return asked('PoolChanged', `Asked for a change of pool ${pool}: ${[...resized, ...fields].join(', ')}.`);
  };
}

export function poolRemoved(pool: string): NewEvent {
  return asked('PoolRemovalRequested', `Asked for the removal of pool ${pool}.`);
}

export function packValuesChanged(pack: string): NewEvent {
  return asked('PackValuesChanged', `Asked for other values of pack ${pack}.`);
}

function asked(reason: string, message: string): NewEvent {
  return { severity: 'Normal', signal: 'transient', task: 'api', reason, message, closes: true };
}

function nameOf({ name }: PoolSpec): string {
  return `pool ${name}`;
}

function sizeOf({ size, autoscale }: PoolSpec): string {
  if (autoscale) return `${autoscale.min}-${autoscale.max} nodes`;
  return size === 1 ? '1 node' : `${size} nodes`;
}

function poolOf({ pools }: ClusterSpec, name: string): PoolSpec | undefined {
  return pools.find((pool) => pool.name === name);
}
