/**
 * The control plane: grows by one member of etcd at a time and never shrinks; a node is replaced by adding its
 * successor first. Everything is decided from what etcd, the nodes and the load balancer say now, so it may end at any
 * line. Pure.
 */
import { blocked, done, type PlanNotes, wait } from '../../domain/plan.ts';
import { END_LOOK_MS, HIDDEN_LOOK_MS, JOIN_LOOK_MS, QUICK_REPLACEMENTS, TARGET_LOOK_MS } from '../timing.ts';
import { attachTargets, detachGone, removeOrphanMember, stuckMember } from './control-plane-care.ts';
import { notWhole, type Trouble } from './control-plane-health.ts';
import { leaveControlPlane, nextToLeave } from './control-plane-leave.ts';
import { saveEtcd } from './control-plane-save.ts';
import {
  conflictsOf,
  endingOf,
  hiddenOf,
  isAskedFor,
  missingCount,
  stayingOf,
  untilJoinLook,
} from './count.ts';
import {
  endTwins,
  extendTokens,
  openNodes,
  removeDeadNodes,
  removeStuck,
  settleGone,
  settleJoined,
  shapeNodes,
} from './housekeeping.ts';
import { keepsFailing, type Launch, planLaunch } from './launch.ts';
import { firstOf, type PoolPlan, type Rule, type Situation } from './model.ts';
import { addingNotes, replacingNotes } from './notes.ts';
import { outdatedOf } from './victims.ts';
import { unready } from './workers.ts';

export function planControlPlane(at: Situation): PoolPlan {
  return firstOf(RULES, at) ?? restPlan(at);
}

/** A second `kubeadm init` would be another cluster under the same name. */
export const LOST_MESSAGE =
  'No machine of the control plane is left. Restore etcd from a backup, or delete the cluster; ' +
  'it is not initialised a second time.';

/** Only a dry run gets here before that. */
const beforeFirstNode: Rule = (at) => {
  return at.desired.initialised ? undefined : wait(JOIN_LOOK_MS, 'WaitingForFirstNode', addingNotes(at));
};

const lost: Rule = (at) => {
  const living = at.members.filter((member) => member.state !== 'leaving');
  if (living.length > 0 || conflictsOf(at).length > 0) return undefined;
  return blocked('ControlPlaneLost', LOST_MESSAGE);
};

const openThoseWhoStay: Rule = (at) => {
  const victim = nextToLeave(at);
  return openNodes(at, victim ? [victim] : []);
};

const leave: Rule = (at) => {
  const victim = nextToLeave(at);
  return victim && leaveControlPlane(at, victim);
};

const grow: Rule = (at) => {
  if (missingCount(at) <= 0) return undefined;
  const notes = addingNotes(at);
  const trouble = notWhole(at);
  if (trouble) return waitFor(at, trouble, notes);
  return addMember(at, { count: 1, kind: 'join-control-plane', reason: 'AddingNodes', notes });
};

/** Always one more first: etcd never has fewer members than were asked for. */
const surge: Rule = (at) => {
  const replaced = outdatedOf(at)[0];
  if (!replaced || stayingOf(at).length !== at.size || missingCount(at) !== 0) return undefined;
  const notes = replacingNotes(at);
  const trouble = notWhole(at);
  if (trouble) return waitFor(at, trouble, notes);
  return addMember(at, {
    count: 1,
    kind: 'join-control-plane',
    replaced,
    quickTries: QUICK_REPLACEMENTS,
    reason: 'AddingReplacement',
    notes,
  });
};

/** What one member alone knows is saved first; nothing is saved for a machine that is not launched. */
function addMember(at: Situation, launch: Launch): PoolPlan {
  const plan = planLaunch(at, launch) ?? keepsFailing(at, launch.notes);
  return plan.next === 'act' ? (saveEtcd(at, launch.notes) ?? plan) : plan;
}

const RULES: readonly Rule[] = [
  beforeFirstNode,
  lost,
  endTwins,
  attachTargets,
  detachGone,
  removeDeadNodes,
  removeOrphanMember,
  stuckMember,
  removeStuck,
  openThoseWhoStay,
  shapeNodes,
  settleJoined,
  settleGone,
  leave,
  extendTokens,
  grow,
  surge,
];

function waitFor(at: Situation, { reason, message }: Trouble, notes: PlanNotes): PoolPlan {
  return wait(untilJoinLook(at) ?? TARGET_LOOK_MS, reason, { ...notes, message });
}

function restPlan(at: Situation): PoolPlan {
  const notes = outdatedOf(at).length > 0 ? replacingNotes(at) : addingNotes(at);
  if (endingOf(at).length > 0) return wait(END_LOOK_MS, 'WaitingForMachineToEnd', notes);
  if (hiddenOf(at).length > 0 || conflictsOf(at).length > 0 || isAskedFor(at)) {
    return wait(HIDDEN_LOOK_MS, 'LookingForMachine', notes);
  }
  const lostNode = unready(at, notes);
  if (lostNode) return lostNode;
  const trouble = notWhole(at);
  if (trouble) return waitFor(at, trouble, notes);
  return done('PoolReady');
}
