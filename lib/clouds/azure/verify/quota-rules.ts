/** Are there enough vCPUs left (A110)? Only a warning: limits are raised, and attempts go on (A92). */
import { type Finding, warning } from '../../../domain/findings.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import type { Usage, VmSize } from '../catalog.ts';
import type { Facts } from './facts.ts';
import { sizeOf } from './size-rules.ts';

const REGIONAL = 'cores';

/** `before`: pools that run already and are in Azure's count. */
export function quotaFindings(
  pools: readonly PoolSpec[],
  before: readonly PoolSpec[],
  { sizes, computeUsage }: Facts,
): readonly Finding[] {
  if (sizes === undefined || computeUsage === undefined) return [];
  const more = difference(neededCpus(pools, sizes), neededCpus(before, sizes));
  return computeUsage.flatMap((usage) => short(usage, more.get(usage.name.toLowerCase()) ?? 0));
}

function short(usage: Usage, more: number): readonly Finding[] {
  const left = usage.limit - usage.current;
  if (more <= 0 || more <= left) return [];
  const counter = usage.name === REGIONAL ? 'all sizes together' : usage.name;
  return [
    warning(
      'QUOTA_SHORT',
      '/pools',
      `${more} more vCPUs are needed, ${Math.max(0, left)} of ${usage.limit} are left for ${counter}.`,
      'Ask for a higher limit in Azure portal > Quotas; creation is retried until it fits.',
    ),
  ];
}

function neededCpus(pools: readonly PoolSpec[], sizes: readonly VmSize[]): ReadonlyMap<string, number> {
  const needed = new Map<string, number>();
  for (const pool of pools) {
    const size = sizeOf(sizes, pool.instanceType);
    if (!size) continue;
    const cpus = pool.size * size.vCpus;
    for (const counter of [REGIONAL, size.family.toLowerCase()]) {
      needed.set(counter, (needed.get(counter) ?? 0) + cpus);
    }
  }
  return needed;
}

function difference(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  return new Map([...a].map(([counter, cpus]) => [counter, cpus - (b.get(counter) ?? 0)]));
}
