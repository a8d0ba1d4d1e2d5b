/** What a pool of workers needs next. Pure, and decided from what is there: an edit midway only changes what follows. */
import { act, blocked, done, type PlanNotes, wait } from '../../domain/plan.ts';
import { elapsedMs, toEpochMs } from '../../domain/time.ts';
import {
  BACK_TO_SPOT_MS,
  BAD_LOOK_MS,
  DRAIN_LOOK_MS,
  END_LOOK_MS,
  HIDDEN_LOOK_MS,
  JOIN_LOOK_MS,
  QUICK_REPLACEMENTS,
  UNREADY_MS,
} from '../timing.ts';
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
import { firstOf, type PoolPlan, type Rule, type Situation, type Victim } from './model.ts';
import { nameOf } from './nodes.ts';
import { addingNotes, leavingNotes, leavingReason, removingNotes, replacingNotes } from './notes.ts';
import { remedyOf } from './remedy.ts';
import { interruptedOf, isDeleteFirst, outdatedOf, victimsOf } from './victims.ts';

/** The reason by which a record of a pool that is gone is recognised. */
export const POOL_REMOVED = 'PoolRemoved';

export function planWorkers(at: Situation): PoolPlan {
  return firstOf(RULES, at) ?? restPlan(at);
}

/** A machine that the cloud takes back in two minutes comes first. */
const hurryOut: Rule = (at) => {
  const due = interruptedOf(at).filter((victim) => isDue(at, victim));
  if (due.length === 0) return undefined;
  return act({ kind: 'drain', record: at.record, victims: due }, 'NodeInterrupted', {
    ...replacingNotes(at),
    message: `The cloud takes back ${due.map(({ member }) => nameOf(member)).join(', ')}.`,
  });
};

/** Once a look: in between its replacement is launched. */
function isDue(at: Situation, { member }: Victim): boolean {
  const leaving = at.record.leaving.find((one) => one.index === member.index);
  return leaving?.lookedAt === undefined || toEpochMs(leaving.lookedAt) < at.nowMs;
}

const openThoseWhoStay: Rule = (at) => openNodes(at, victimsOf(at));

const grow: Rule = (at) => {
  const count = missingCount(at);
  if (count <= 0) return undefined;
  return planLaunch(at, { count, kind: 'join-worker', reason: 'AddingNodes', notes: addingNotes(at) });
};

const shrink: Rule = (at) => {
  const victims = victimsOf(at);
  if (victims.length === 0) return undefined;
  const notes = leavingNotes(at, victims);
  return act({ kind: 'drain', record: at.record, victims }, leavingReason(victims), notes);
};

/** One machine more, of the new kind; the old one goes when that is Ready (A247). */
const surge: Rule = (at) => {
  const outdated = outdatedOf(at);
  const replaced = outdated[0];
  if (!replaced || stayingOf(at).length !== at.size || missingCount(at) !== 0) return undefined;
  const news = stayingOf(at).filter((member) => !outdated.some((one) => one.member === member));
  if (news.some((member) => member.state !== 'ready') || isDeleteFirst(at, replaced)) return undefined;
  const launch: Launch = {
    count: 1,
    kind: 'join-worker',
    replaced,
    quickTries: QUICK_REPLACEMENTS,
    reason: 'AddingReplacement',
    notes: replacingNotes(at),
  };
  return planLaunch(at, launch) ?? keepsFailing(at, replacingNotes(at));
};

const RULES: readonly Rule[] = [
  hurryOut,
  endTwins,
  removeDeadNodes,
  removeStuck,
  openThoseWhoStay,
  shapeNodes,
  settleJoined,
  settleGone,
  grow,
  shrink,
  surge,
  extendTokens,
];

/** Nothing to do now: what is waited for, or that all is well. */
export function restPlan(at: Situation): PoolPlan {
  const notes = outdatedOf(at).length > 0 ? replacingNotes(at) : addingNotes(at);
  if (interruptedOf(at).length > 0) return wait(DRAIN_LOOK_MS, 'NodeInterrupted', replacingNotes(at));
  if (endingOf(at).length > 0) return wait(END_LOOK_MS, 'WaitingForMachineToEnd', endingNotes(at, notes));
  if (hiddenOf(at).length > 0 || conflictsOf(at).length > 0 || isAskedFor(at)) {
    return wait(HIDDEN_LOOK_MS, 'LookingForMachine', notes);
  }
  if (!at.desired.wish) return done(POOL_REMOVED, { condition: 'RemovingNode' });
  const joinLookMs = untilJoinLook(at);
  if (joinLookMs !== undefined) return wait(joinLookMs, 'WaitingForNodes', notes);
  if (missingCount(at) > 0) return keepsFailing(at, notes);
  return unready(at, notes) ?? backToSpot(at) ?? done('PoolReady');
}

/** Prices that are low for a moment bring nobody back. */
function backToSpot(at: Situation): PoolPlan | undefined {
  const { spotSince } = at.record;
  if (spotSince === undefined || outdatedOf(at).length > 0) return undefined;
  const leftMs = BACK_TO_SPOT_MS - elapsedMs(spotSince, at.nowMs, at.desired.speed);
  if (leftMs <= 0) return undefined;
  return wait(Math.max(leftMs, JOIN_LOOK_MS), 'WaitingForSpotPrice', {
    condition: 'ReplacingNode',
    message: `Pool ${at.desired.pool} goes back to spot once the price has stayed low for a while.`,
  });
}

function endingNotes(at: Situation, notes: PlanNotes): PlanNotes {
  return stayingOf(at).length >= at.size && outdatedOf(at).length === 0 ? removingNotes(at) : notes;
}

/** Nodes that were Ready and are not, and whose turn has not come: they may recover, or people have to know. */
export function unready(at: Situation, notes: PlanNotes): PoolPlan | undefined {
  const remedy = remedyOf(at);
  if (remedy.kind === 'held') return blocked('RemediationHeld', remedy.message, replacingNotes(at));
  if (remedy.kind === 'waiting') {
    const forMs = Math.min(BAD_LOOK_MS, Math.max(JOIN_LOOK_MS, remedy.forMs));
    return wait(forMs, 'WaitingForNodes', notes);
  }
  const lost = stayingOf(at).filter((member) => member.state === 'unready');
  if (lost.length === 0) return undefined;
  const long = lost.filter(({ slot }) => elapsedMs(slot.unreadyAt, at.nowMs, at.desired.speed) >= UNREADY_MS);
  if (long.length === 0) return wait(JOIN_LOOK_MS, 'WaitingForNodes', notes);
  const message = `Not Ready for a long time: ${long.map(nameOf).sort().join(', ')}.`;
  return blocked('NodesNotReady', message, notes);
}
