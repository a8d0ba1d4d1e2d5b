/** What any pool needs besides the right number of machines: order among nodes, tokens, labels and what got stuck. Pure. */
import type { Tags } from '../../domain/cluster.ts';
import { act } from '../../domain/plan.ts';
import { CAPACITY_LABEL, type Taint } from '../../domain/pool.ts';
import { elapsedMs } from '../../domain/time.ts';
import type { Slot } from '../record.ts';
import { EXTEND_EVERY_MS, JOIN_WITHIN_MS, READY_WITHIN_MS, WRITES_PER_ACT } from '../timing.ts';
import { missingCount } from './count.ts';
import type { Member, PoolWish, Rule, Situation, Victim } from './model.ts';
import { nameOf } from './nodes.ts';
import { addingNotes, goneNotes } from './notes.ts';
import { isInterrupted } from './outdated.ts';

/** Two machines of one slot cannot come from us; whoever made the second, the slot keeps its recorded one. */
export const endTwins: Rule = (at) => {
  if (at.twins.length === 0) return undefined;
  const event = `Ended a second machine of a slot in pool ${at.desired.pool}: ${at.twins.map(({ id }) => id).join(', ')}`;
  const action = { kind: 'remove-machines', record: at.record, machines: at.twins, event } as const;
  return act(action, 'RemovingMachine', goneNotes(at));
};

/** A cloud controller that is down, or has no time, leaves the nodes of ended machines behind. */
export const removeDeadNodes: Rule = (at) => {
  const nodes = at.deadNodes.slice(0, WRITES_PER_ACT);
  if (nodes.length === 0) return undefined;
  return act({ kind: 'remove-nodes', record: at.record, nodes }, 'RemovingNode', goneNotes(at));
};

/** Not Ready in its time: it is ended, with what its console says, and the slot is filled again. */
export const removeStuck: Rule = (at) => {
  const members = at.members.filter(isStuck).slice(0, 5);
  if (members.length === 0) return undefined;
  return act({ kind: 'remove-stuck', record: at.record, members }, 'NodeNotJoining', addingNotes(at));
};

export function isStuck(member: Member): boolean {
  if (member.state !== 'joining' || member.machine === undefined || isInterrupted(member)) return false;
  return member.ageMs >= (member.node ? READY_WITHIN_MS : JOIN_WITHIN_MS);
}

/** Nodes that we closed and that stay after all, because the change was taken back. */
export function openNodes(at: Situation, victims: readonly Victim[]): ReturnType<Rule> {
  const going = new Set(victims.map(({ member }) => member.id));
  const nodes = at.members
    .filter((member) => member.state !== 'leaving' && !isInterrupted(member) && !going.has(member.id))
    .filter((member) => member.node?.cordonedByUs || isRecorded(at, member))
    .slice(0, WRITES_PER_ACT);
  if (nodes.length === 0) return undefined;
  const message = `Opening node ${nodes.map(nameOf).join(', ')} for pods again.`;
  return act({ kind: 'open', record: at.record, nodes }, 'OpeningNodes', { ...addingNotes(at), message });
}

const isRecorded = (at: Situation, { index, attempt }: Member): boolean =>
  at.record.leaving.some((one) => one.index === index && one.attempt === attempt);

/** Labels and taints change in place. */
export const shapeNodes: Rule = (at) => {
  const { wish } = at.desired;
  if (!wish) return undefined;
  const nodes = at.members
    .filter((member) => member.slot.joined && isMisshapen(at, wish, member))
    .slice(0, WRITES_PER_ACT);
  if (nodes.length === 0) return undefined;
  const message = `Changing labels and taints of pool ${at.desired.pool}.`;
  return act({ kind: 'shape', record: at.record, nodes }, 'ShapingNodes', { ...addingNotes(at), message });
};

/** The labels of one node: a pool that may be spot says how each machine was bought. */
export function labelsOf(wish: PoolWish, capacity: Member['capacity']): Tags {
  return wish.capacity === 'spot' ? { ...wish.labels, [CAPACITY_LABEL]: capacity } : wish.labels;
}

export const taintText = ({ key, value = '', effect }: Taint): string => `${key}=${value}:${effect}`;

function isMisshapen(at: Situation, wish: PoolWish, { node, capacity }: Member): boolean {
  if (!node) return false;
  const labels = Object.entries(labelsOf(wish, capacity));
  if (labels.some(([key, value]) => node.labels[key] !== value)) return true;
  const has = new Set(node.taints.map(taintText));
  const wanted = new Set(wish.taints.map(taintText));
  if ([...wanted].some((taint) => !has.has(taint))) return true;
  return at.record.formerTaints.some((taint) => has.has(taint) && !wanted.has(taint));
}

/** A machine is a node: what it needed to become one is taken away. */
export const settleJoined: Rule = (at) => {
  const members = at.members.filter((member) => member.node && !member.slot.joined).slice(0, WRITES_PER_ACT);
  if (members.length === 0) return undefined;
  return act({ kind: 'settle-joined', record: at.record, members }, 'NodeJoined', addingNotes(at));
};

/** So is what was put in place for machines that never joined. */
export const settleGone: Rule = (at) => {
  const { pool } = at.desired;
  const keys = Object.entries(at.record.slots)
    .flatMap(([index, slot]) => owedOf(at, slot).map((attempt) => ({ pool, index: Number(index), attempt })))
    .slice(0, WRITES_PER_ACT);
  if (keys.length === 0) return undefined;
  return act({ kind: 'withdraw', record: at.record, keys }, 'WithdrawingTokens', addingNotes(at));
};

/** A machine that was asked for, never seen, and is not wanted any more has something in place, too. */
function owedOf(at: Situation, { owes = [], attempt, askedAt }: Slot): readonly number[] {
  const forgotten =
    askedAt !== undefined &&
    missingCount(at) <= 0 &&
    elapsedMs(askedAt, at.nowMs, at.desired.speed) >= at.desired.hiddenMs;
  return forgotten ? [...owes, attempt + 1] : owes;
}

/** Tokens of machines that take their time. */
export const extendTokens: Rule = (at) => {
  const late = at.members.filter(
    (member) =>
      member.machine && member.state === 'joining' && !member.node && member.ageMs >= EXTEND_EVERY_MS,
  );
  const since = elapsedMs(at.record.extendedAt, at.nowMs, at.desired.speed);
  if (late.length === 0 || since < EXTEND_EVERY_MS) return undefined;
  const members = late.slice(0, WRITES_PER_ACT);
  return act({ kind: 'extend', record: at.record, members }, 'WaitingForNodes', addingNotes(at));
};
