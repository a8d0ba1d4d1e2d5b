/** What holds over all pools of an AKS cluster: one system pool with a node at least (A146 to A148). */
import type { Purpose } from '../../domain/cluster.ts';
import { conflict, type Finding, violation, warning } from '../../domain/findings.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import type { PoolsInQuestion } from './pool-set.ts';

/** Nodes that a lone system pool should have in production: https://learn.microsoft.com/azure/aks/use-system-pools */
const ADVISED_SYSTEM_NODES = 3;

export function systemPoolFindings(question: PoolsInQuestion): readonly Finding[] {
  const { pools, path, purpose } = question;
  const system = pools.filter((pool) => pool.system);
  const staffed = system.filter((pool) => pool.size > 0);
  const [only] = staffed;
  if (!only) return [lastSystemPool(question)];
  const empty = system
    .filter((pool) => pool.size === 0)
    .map((pool) =>
      violation('POOL_SIZE_INVALID', sizePath(question, pool), 'A system pool needs one node at least.'),
    );
  const lone = system.length === 1 && only.size < ADVISED_SYSTEM_NODES;
  return [...empty, ...(lone ? [warning('SYSTEM_POOL_BELOW_THREE', path, belowThree(only, purpose))] : [])];
}

function lastSystemPool({ at, path }: PoolsInQuestion): Finding {
  return at === 'create'
    ? violation('SYSTEM_POOL_REQUIRED', path, 'An AKS cluster needs a system pool with one node at least.')
    : conflict(
        'LAST_SYSTEM_POOL',
        path,
        'This would leave the cluster without a system pool that has a node.',
        'Add another system pool first.',
      );
}

function sizePath({ at, pools, path }: PoolsInQuestion, pool: PoolSpec): string {
  return at === 'create' ? `${path}/${pools.indexOf(pool)}/size` : '/size';
}

function belowThree(pool: PoolSpec, purpose: Purpose | undefined): string {
  const fact = `The only system pool «${pool.name}» has fewer than ${ADVISED_SYSTEM_NODES} nodes`;
  return purpose === 'non-production'
    ? `${fact}; that is fine for tests, not for production.`
    : `${fact}; in production a single failure can stop the cluster's own services.`;
}

/** Taints that would keep the cluster's own pods off a system pool. AKS allows the one below and mere preferences. */
export function systemTaintFindings(pool: PoolSpec, path: string): readonly Finding[] {
  if (!pool.system) return [];
  return pool.taints.flatMap((taint, index) => {
    const allowed =
      taint.effect === 'PreferNoSchedule' ||
      (taint.key === 'CriticalAddonsOnly' && taint.value === 'true' && taint.effect === 'NoSchedule');
    const at = `${path}/taints/${index}`;
    const message =
      'This taint would keep system pods off the system pool; use CriticalAddonsOnly=true:NoSchedule.';
    return allowed ? [] : [violation('SYSTEM_POOL_RESTRICTION', at, message)];
  });
}
