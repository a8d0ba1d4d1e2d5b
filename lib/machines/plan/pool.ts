/** The pool planner's front door. */
import { type EpochMs, toInstant } from '../../domain/time.ts';
import type { PoolRecord } from '../record.ts';
import { planControlPlane } from './control-plane.ts';
import { planEnding } from './ending.ts';
import type { PoolDesired, PoolObserved, PoolPlan } from './model.ts';
import { situationOf } from './situation.ts';
import { FRESH } from './slots.ts';
import { planWorkers } from './workers.ts';

/** What is remembered of a look, before anything is done: a launch that is not answered has been asked for. */
export function recordOf(desired: PoolDesired, observed: PoolObserved): PoolRecord {
  const plan = planPool(desired, observed, observed.atMs);
  const { record } = situationOf(desired, observed);
  if (plan.next !== 'act' || plan.action.kind !== 'add-machines') return record;
  const slots = { ...record.slots };
  for (const { index } of plan.action.orders) {
    slots[String(index)] = { ...(slots[String(index)] ?? FRESH), askedAt: toInstant(observed.atMs) };
  }
  return { ...record, slots };
}

export function planPool(desired: PoolDesired, observed: PoolObserved, nowMs: EpochMs): PoolPlan {
  const at = situationOf(desired, observed, nowMs);
  if (desired.deleting) return planEnding(at);
  return desired.role === 'control-plane' ? planControlPlane(at) : planWorkers(at);
}
