/**
 * Has the pools of a cluster look at their nodes now, because an agent reported one that may cost its machine: without
 * it they would find out at their next drift look. It only wakes; what the node is and for how long, the pools see
 * for themselves. Clusters without machines of ours have no such pools and are left alone.
 */
import type { Deps } from '../deps.ts';
import type { ClusterDocument, StepRecord } from '../domain/cluster.ts';
import type { ClusterId } from '../domain/ids.ts';
import { changeCluster, type Decision } from '../reconcile/change.ts';
import { POOL_STEP } from './names.ts';
import { FAULTS } from './record.ts';

/** Types of node conditions for which machines are replaced. */
export const COSTLY_CONDITIONS: readonly string[] = ['Ready', ...FAULTS];

type LookDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'logger'>;

/** Throws StoreUnavailableError. Whoever loses every race leaves it to the winner's pass, or to the drift look. */
export async function lookAtPools(deps: LookDeps, id: ClusterId): Promise<void> {
  await changeCluster<never>(deps, { id, reason: 'bad-node', decide });
}

/** A pool that is not settled is being looked at anyway. */
function decide(document: ClusterDocument): Decision<never> {
  const settled = Object.entries(document.steps).filter(([name, step]) => isSettledPool(name, step));
  if (settled.length === 0 || document.deletedAt !== undefined) return { kind: 'unchanged' };
  const unsettled = settled.map(([name, { settledHash: _, ...step }]) => [name, step] as const);
  const steps = { ...document.steps, ...Object.fromEntries(unsettled) };
  return { kind: 'change', document: { ...document, steps }, specChanged: false, events: [] };
}

function isSettledPool(name: string, { phase, settledHash }: StepRecord): boolean {
  return name.startsWith(POOL_STEP) && phase === 'done' && settledHash !== undefined;
}
