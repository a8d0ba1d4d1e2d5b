/** The pool planner's front door. */
import type { EpochMs } from '../../domain/time.ts';
import { planControlPlane } from './control-plane.ts';
import { planEnding } from './ending.ts';
import type { PoolDesired, PoolObserved, PoolPlan } from './model.ts';
import { situationOf } from './situation.ts';
import { planWorkers } from './workers.ts';

export function planPool(desired: PoolDesired, observed: PoolObserved, nowMs: EpochMs): PoolPlan {
  const at = situationOf(desired, observed, nowMs);
  if (desired.deleting) return planEnding(at);
  return desired.role === 'control-plane' ? planControlPlane(at) : planWorkers(at);
}
