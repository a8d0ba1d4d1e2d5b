/** The pools that a cluster gets whose owner says nothing about them (A17, A18); api.md, «Defaults». */
import type { CloudConfig, Purpose } from '../../domain/cluster.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import { DEFAULT_DRAIN } from './drain.ts';
import { DEFAULT_DISK_GIB } from './node-disk.ts';

type Kind = Pick<PoolSpec, 'name' | 'role' | 'system' | 'instanceType' | 'allowWorkloads' | 'capacity'>;

const EC2 = { system: false, instanceType: 'm5.large' } as const;

const DEFAULT_POOLS = {
  aks: [{ name: 'system', role: 'worker', system: true, instanceType: 'Standard_D4s_v5' }],
  aws: [
    { ...EC2, name: 'control-plane', role: 'control-plane', allowWorkloads: false },
    { ...EC2, name: 'worker', role: 'worker', capacity: 'on-demand' },
  ],
} as const satisfies Record<CloudConfig['type'], readonly Kind[]>;

/** Their zones are for the cloud to name. */
export function defaultPools({ type }: CloudConfig, purpose: Purpose | undefined): readonly PoolSpec[] {
  const kinds: readonly Kind[] = DEFAULT_POOLS[type];
  return kinds.map((kind) => ({
    ...kind,
    size: purpose === 'production' ? 3 : 1,
    disk: { sizeGiB: DEFAULT_DISK_GIB },
    zones: [],
    labels: {},
    taints: [],
    drain: DEFAULT_DRAIN,
  }));
}

/** With the control-plane pool that nobody named; last, so that the others stay where the request has them. */
export function withControlPlane(
  pools: readonly PoolSpec[],
  cloud: CloudConfig,
  purpose: Purpose | undefined,
): readonly PoolSpec[] {
  if (pools.some(({ role }) => role === 'control-plane')) return pools;
  return [...pools, ...defaultPools(cloud, purpose).filter(({ role }) => role === 'control-plane')];
}
