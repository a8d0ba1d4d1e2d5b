/** What people read while a pool changes: milestone, one sentence, how far it is. */
import type { PlanNotes } from '../../domain/plan.ts';
import { isRemedy, type Leaving } from '../record.ts';
import { badNodesOf } from './bad-nodes.ts';
import { readyCount, stayingOf } from './count.ts';
import type { Situation, Victim } from './model.ts';
import { nameOf } from './nodes.ts';
import { remedyOf } from './remedy.ts';
import { outdatedOf } from './victims.ts';

/** While nodes are outdated, one that is added stands in for another: one milestone, not two by turns. */
export function addingNotes(at: Situation): PlanNotes {
  if (outdatedOf(at).length > 0) return replacingNotes(at);
  const { pool, role } = at.desired;
  return {
    condition: role === 'control-plane' ? 'AddingControlPlaneNode' : 'AddingWorkerNode',
    message: `Adding nodes to pool ${pool}.`,
    progress: { done: Math.min(at.size, readyCount(at)), total: at.size },
  };
}

export function replacingNotes(at: Situation): PlanNotes {
  const left = Math.min(at.size, Math.max(outdatedOf(at).length, remediedCount(at)));
  return {
    condition: 'ReplacingNode',
    message: `Replacing the nodes of pool ${at.desired.pool} one by one.`,
    progress: { done: at.size - left, total: at.size },
  };
}

/** Those that are only watched are nobody's work yet. */
function remediedCount(at: Situation): number {
  const { kind } = remedyOf(at);
  return kind === 'replace' || kind === 'held' ? badNodesOf(at).length : 0;
}

export function removingNotes(at: Situation): PlanNotes {
  const extra = Math.max(0, stayingOf(at).length - at.size);
  const total = Math.max(extra, at.record.removeTotal ?? 0);
  return {
    condition: 'RemovingNode',
    message: `Removing nodes of pool ${at.desired.pool}.`,
    progress: { done: total - extra, total },
  };
}

/** For what is left of machines that are gone. */
export function goneNotes(at: Situation): PlanNotes {
  return outdatedOf(at).length > 0 ? replacingNotes(at) : removingNotes(at);
}

/** The milestone's reason: that of the events as well. */
export function leavingReason(victims: readonly Victim[]): string {
  return victims.some(({ because }) => isRemedy(because)) ? 'RemediatingNode' : 'DrainingNodes';
}

/** Of those who leave now; the budgets that hold them are named. */
export function leavingNotes(at: Situation, victims: readonly Victim[]): PlanNotes {
  const replacing = victims.some(({ because }) => because !== 'TooMany' && because !== 'PoolRemoved');
  const notes = replacing ? replacingNotes(at) : removingNotes(at);
  const message = victims.map((victim) => drainMessage(at.record.leaving, victim)).join(' ');
  return { ...notes, message };
}

function drainMessage(leaving: readonly Leaving[], { member }: Victim): string {
  const name = nameOf(member);
  const budgets = leaving.find((one) => one.index === member.index)?.budgets ?? [];
  if (budgets.length === 0) return `Draining node ${name}.`;
  return `Draining node ${name}: PodDisruptionBudget ${budgets.join(', ')} allows no eviction now.`;
}
