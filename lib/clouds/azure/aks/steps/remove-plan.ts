/** A pool that left the spec: its nodes are drained one by one, then AKS deletes the pool (A244). Pure. */
import { act, done, type Plan, wait } from '../../../../domain/plan.ts';
import { SECOND_MS } from '../../../../domain/time.ts';
import { drainMessage, type PoolAction, type PoolDesired, type PoolObserved } from './pool-model.ts';

/** The reason by which a record of a pool that is gone is recognised. */
export const POOL_REMOVED = 'PoolRemoved';

const SYSTEM_POOL_LOOK_MS = 30 * SECOND_MS;

export function planRemoval(desired: PoolDesired, observed: PoolObserved): Plan<PoolAction> {
  const leaving =
    observed.others.find((pool) => pool.state.toLowerCase() !== 'deleting') ?? observed.others[0];
  if (!leaving) return done(POOL_REMOVED, { condition: 'RemovingNode' });
  const nodes = observed.nodes.filter((node) => node.agentPool === leaving.name && node.registered);
  const left = nodes.filter((node) => !desired.drained.includes(node.name));
  const notes = {
    condition: 'RemovingNode',
    progress: { done: nodes.length - left.length, total: nodes.length },
  } as const;
  if (leaving.mode === 'System' && !observed.otherSystemPool) {
    return wait(SYSTEM_POOL_LOOK_MS, 'WaitingForSystemPool', {
      ...notes,
      message: `Pool ${desired.pool} goes once another system pool has nodes.`,
    });
  }
  const first = left.find((node) => node.name === desired.draining?.node) ?? left[0];
  if (!first) {
    return act({ kind: 'delete', name: leaving.name }, 'RemovingPool', {
      ...notes,
      message: `Deleting pool ${desired.pool}.`,
    });
  }
  const cordon = nodes.filter((node) => !node.unschedulable).map((node) => node.name);
  const order = [first, ...left.filter((node) => node !== first)];
  return act({ kind: 'drain', nodes: order, cordon }, 'DrainingNodes', {
    ...notes,
    message: drainMessage(desired.draining, first.name),
  });
}
