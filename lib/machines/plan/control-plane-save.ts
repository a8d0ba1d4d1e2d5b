/**
 * The step from one member of etcd to two is the dangerous one: two are their own majority, so from the moment when the
 * second is a voter the loss of either stops all writes. What the only member knows is saved before, once for each time
 * that a control plane grows from one. Pure.
 */
import { act, type PlanNotes } from '../../domain/plan.ts';
import type { PoolRecord } from '../record.ts';
import { missingCount, readyCount } from './count.ts';
import type { PoolPlan, Situation } from './model.ts';
import { outdatedOf } from './victims.ts';

/** `undefined`: it is saved, or there is more than one who knows. */
export function saveEtcd(at: Situation, notes: PlanNotes): PoolPlan | undefined {
  const [only, ...others] = at.observed.controlPlane?.etcd ?? [];
  if (only === undefined || others.length > 0 || at.record.etcdSavedAt !== undefined) return undefined;
  return act({ kind: 'save-etcd', record: at.record, via: only.name }, 'SavingEtcd', {
    ...notes,
    message: `Saving a snapshot of etcd on node ${only.name} before a second member joins.`,
  });
}

/** Forgotten once a second node is there, or is wanted no more: the next growth is another one. */
export function withoutSaved(at: Situation): Pick<PoolRecord, 'etcdSavedAt'> {
  const grows = missingCount(at) > 0 || outdatedOf(at).length > 0 || at.members.length > 1;
  return readyCount(at) > 1 || !grows ? { etcdSavedAt: undefined } : {};
}
