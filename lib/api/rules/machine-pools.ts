/** What holds over all pools of a cluster on machines of its own: one control plane, and room for workloads (A18, A164). */
import { conflict, type Finding, violation } from '../../domain/findings.ts';
import type { PoolsInQuestion } from './pool-set.ts';

export function machinePoolFindings(question: PoolsInQuestion): readonly Finding[] {
  return [...controlPlaneFindings(question), ...schedulableFindings(question)];
}

function controlPlaneFindings({ pools, at, path }: PoolsInQuestion): readonly Finding[] {
  const controlPlanes = pools.filter(({ role }) => role === 'control-plane');
  // At create one is added, so only a change can leave none.
  if (controlPlanes.length === 0) return [controlPlaneRequired(path)];
  return controlPlanes.slice(1).map((pool) => {
    const where = at === 'create' ? `${path}/${pools.indexOf(pool)}/role` : '/role';
    return violation('CONTROL_PLANE_POOL_SINGLE', where, 'A cluster has one control-plane pool.');
  });
}

function controlPlaneRequired(path: string): Finding {
  return conflict(
    'CONTROL_PLANE_POOL_REQUIRED',
    path,
    'Without its control-plane pool there is no cluster.',
    'Delete the cluster instead.',
  );
}

function schedulableFindings({ pools, path }: PoolsInQuestion): readonly Finding[] {
  const isSchedulable = pools.some(({ role, size, allowWorkloads }) =>
    role === 'worker' ? size > 0 : allowWorkloads === true,
  );
  if (isSchedulable) return [];
  return [
    violation(
      'NO_SCHEDULABLE_NODES',
      path,
      'No worker pool has a node, and the control plane takes no workloads.',
      'Keep a worker pool, or set allowWorkloads on the control-plane pool.',
    ),
  ];
}
