/**
 * The one `kubeadm init` in the life of a cluster. Until its API server has answered and the node is registered, a
 * machine that dies is followed by another with the same keys; from then on nothing is ever initialised again. Pure.
 */
import { act, blocked, done, wait } from '../../domain/plan.ts';
import { END_LOOK_MS, HIDDEN_LOOK_MS, INIT_WITHIN_MS, JOIN_LOOK_MS } from '../timing.ts';
import { LOST_MESSAGE } from './control-plane.ts';
import { attachTargets, isAttached } from './control-plane-care.ts';
import { conflictsOf, untilJoinLook } from './count.ts';
import { endAll } from './ending.ts';
import { endTwins, settleGone } from './housekeeping.ts';
import { keepsFailing, planLaunch } from './launch.ts';
import type { PoolDesired, PoolObserved, PoolPlan, Situation } from './model.ts';
import { addingNotes } from './notes.ts';
import { situationOf } from './situation.ts';

export interface FirstNodeDesired {
  /** The control-plane pool, with this step's own record. */
  readonly pool: PoolDesired;
  /** Pools that have a step of their own. */
  readonly pools: readonly string[];
}

export interface FirstNodeObserved extends PoolObserved {
  /** The API server says of itself that it is ready. */
  readonly apiReady: boolean;
}

export function planFirstNode(
  desired: FirstNodeDesired,
  observed: FirstNodeObserved,
  nowMs: number,
): PoolPlan {
  if (desired.pool.deleting) return planLastMachines(desired, observed, nowMs);
  if (desired.pool.initialised) return planInitialised(desired, observed, nowMs);
  const at = situationOf(desired.pool, observed, nowMs);
  return endTwins(at) ?? planInit(at, observed);
}

/** Restoring etcd is for people to decide: a second cluster under the same name would end what is left of the first. */
function planInitialised({ pool }: FirstNodeDesired, observed: FirstNodeObserved, nowMs: number): PoolPlan {
  const present = observed.machines.filter((one) => one.pool === pool.pool && one.state !== 'gone');
  if (present.length === 0) return blocked('ControlPlaneLost', LOST_MESSAGE);
  const targets = observed.controlPlane?.targets;
  // Whoever looks after the control plane asks its API, which nobody reaches then.
  const unreachable = present.every(({ id }) => !isAttached(targets?.get(id)));
  const attach = unreachable ? attachTargets(situationOf(pool, observed, nowMs)) : undefined;
  return attach ?? done('Initialised');
}

export function isInitialised(desired: FirstNodeDesired, observed: FirstNodeObserved): boolean {
  if (desired.pool.initialised) return true;
  const { members } = situationOf(desired.pool, observed);
  return observed.apiReady && members.some((member) => member.node !== undefined);
}

function planInit(at: Situation, observed: FirstNodeObserved): PoolPlan {
  const notes = addingNotes(at);
  const [member] = at.members;
  if (!member) return settleGone(at) ?? launchInit(at);
  if (member.state === 'leaving') return wait(END_LOOK_MS, 'WaitingForMachineToEnd', notes);
  if (!member.machine) return wait(HIDDEN_LOOK_MS, 'LookingForMachine', notes);
  if (observed.apiReady && member.node) return done('Initialised', notes);
  if (member.ageMs >= INIT_WITHIN_MS) {
    return act({ kind: 'remove-stuck', record: at.record, members: [member] }, 'NodeNotJoining', notes);
  }
  return attachTargets(at) ?? wait(untilJoinLook(at) ?? JOIN_LOOK_MS, 'WaitingForApiServer', notes);
}

function launchInit(at: Situation): PoolPlan {
  const notes = addingNotes(at);
  if (conflictsOf(at).length > 0) return wait(HIDDEN_LOOK_MS, 'LookingForMachine', notes);
  const launch = { count: 1, kind: 'init', reason: 'InitialisingControlPlane', notes } as const;
  return planLaunch(at, launch) ?? keepsFailing(at, notes);
}

/** Machines of pools that no step knows go, too: their pass died before it could write them down. */
function planLastMachines({ pool }: FirstNodeDesired, observed: FirstNodeObserved, nowMs: number): PoolPlan {
  return endAll(situationOf(pool, observed, nowMs), observed.machines) ?? done('MachinesEnded');
}
