/** How many nodes: a size, or a range that the AKS autoscaler moves in (A134, A142, A163). */
import { type Finding, violation } from '../../domain/findings.ts';
import type { Autoscale } from '../../domain/pool.ts';
import { type Read, read } from '../read.ts';
import type { PoolInput } from '../schemas/pool.ts';

/** Nodes in one AKS pool: https://learn.microsoft.com/azure/aks/quotas-skus-regions ; elsewhere our choice. */
const MAX_NODES = 1_000;
/** Members of etcd: an even number adds a machine and no safety. */
const CONTROL_PLANE_SIZES = [1, 3, 5];

export interface PoolSize {
  readonly size: number;
  readonly autoscale?: Autoscale;
}

type Sized = Pick<PoolInput, 'size' | 'autoscale' | 'system'>;

/** AKS. Whether the cluster keeps a system pool with nodes is judged over all pools: system-pools.ts. */
export function readScalableSize(pool: Sized, path: string): Read<PoolSize> {
  const { size, autoscale } = pool;
  if (autoscale === undefined) {
    const hint = '; a system pool needs 1 at least';
    return isCount(size) ? read({ size }) : read({ size: 1 }, sizeInvalid(`${path}/size`, hint));
  }
  const range = readRange(autoscale, pool.system === true, `${path}/autoscale`);
  const both =
    size === undefined
      ? []
      : [violation('SIZE_AND_AUTOSCALE', `${path}/size`, 'Give a size or a range for autoscale, not both.')];
  return read({ size: range.value.min, autoscale: range.value }, ...both, ...range.findings);
}

/** Machines that we run ourselves. A pool that names a range instead of a size is refused for the range alone. */
export function readFixedSize({ size, role, autoscale }: PoolInput, path: string): Read<PoolSize> {
  if (size === undefined && autoscale !== undefined) return read({ size: 1 });
  if (role === 'control-plane') {
    return isCount(size) && CONTROL_PLANE_SIZES.includes(size)
      ? read({ size })
      : read({ size: 1 }, controlPlaneSizeInvalid(`${path}/size`));
  }
  return isCount(size) ? read({ size }) : read({ size: 1 }, sizeInvalid(`${path}/size`));
}

function readRange(given: NonNullable<Sized['autoscale']>, system: boolean, path: string): Read<Autoscale> {
  const { min, max } = given;
  const refuse = (at: string, message: string) =>
    read({ min: 1, max: 1 }, violation('AUTOSCALE_RANGE', at, message));
  if (!isCount(min)) return refuse(`${path}/min`, `min is a whole number from 0 to ${MAX_NODES}.`);
  if (!isCount(max) || max === 0)
    return refuse(`${path}/max`, `max is a whole number from 1 to ${MAX_NODES}.`);
  if (min > max) return refuse(path, `min (${min}) is above max (${max}).`);
  if (system && min === 0) return refuse(`${path}/min`, 'A system pool keeps one node at least.');
  return read({ min, max });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_NODES;
}

function sizeInvalid(path: string, hint = ''): Finding {
  return violation('POOL_SIZE_INVALID', path, `size is a whole number from 0 to ${MAX_NODES}${hint}.`);
}

function controlPlaneSizeInvalid(path: string): Finding {
  const message = `A control plane has ${CONTROL_PLANE_SIZES.join(', ')} nodes.`;
  return violation('CONTROL_PLANE_SIZE_INVALID', path, message, 'Even numbers add no safety to etcd.');
}
