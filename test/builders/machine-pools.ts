/** Pools of self-managed clusters with only the fields that a test is about. */
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { aPool } from './cluster.ts';

export const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'] as const;

export function controlPlane(fields: Partial<PoolSpec> = {}): PoolSpec {
  return aPool({
    name: 'cp',
    role: 'control-plane',
    system: false,
    size: 1,
    instanceType: 'm5.large',
    zones: [...ZONES],
    ...fields,
  });
}

export function workers(fields: Partial<PoolSpec> = {}): PoolSpec {
  return aPool({ name: 'w', system: false, size: 3, instanceType: 'm5.large', zones: [...ZONES], ...fields });
}
