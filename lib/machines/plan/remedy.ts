/**
 * A machine whose node stays bad is replaced: the old one goes first, so that its volumes get free and no room for one
 * more is needed. One of a pool at a time; never when many are bad at once, never again and again, and of a control
 * plane never at the price of etcd's majority: then it is held, people are told, and it goes on when that is over. Pure.
 */
import type { DrainOptions } from '../../domain/pool.ts';
import { elapsedMs } from '../../domain/time.ts';
import { isRemedy, type Slot } from '../record.ts';
import { BAD_DRAIN_MS, REMEDIES_FORGOTTEN_MS, REMEDIES_IN_A_ROW, REMEDY_REST_MS } from '../timing.ts';
import { areTooMany, type BadNode, badNodesOf, untilDueMs } from './bad-nodes.ts';
import { endingOf, missingCount, stayingOf } from './count.ts';
import { keepsMajority } from './etcd.ts';
import type { Member, Situation, Victim } from './model.ts';
import { memberName, nameOf } from './nodes.ts';

export type Remedy =
  /** No node is bad, or none that is ours to mend. */
  | { readonly kind: 'none' }
  /** Cloud milliseconds; 0 or less: something else of the pool is under way. */
  | { readonly kind: 'waiting'; readonly forMs: number }
  | { readonly kind: 'held'; readonly message: string }
  | { readonly kind: 'replace'; readonly victim: Victim };

export function remedyOf(at: Situation): Remedy {
  if (!at.desired.wish) return { kind: 'none' };
  const bad = badNodesOf(at);
  const due = bad.filter((node) => untilDueMs(at, node) <= 0);
  const [first] = due;
  if (!first) return bad[0] ? { kind: 'waiting', forMs: untilDueMs(at, bad[0]) } : { kind: 'none' };
  if (areTooMany(at, bad)) return { kind: 'held', message: tooManyMessage(at, bad) };
  const rested = due.filter(({ member }) => !isResting(at, member.slot));
  const next = rested.find(({ member }) => hasBegun(at, member)) ?? rested[0];
  if (!next) return { kind: 'held', message: againMessage(first) };
  if (at.desired.role === 'control-plane' && !isSpare(at, next.member))
    return { kind: 'held', message: quorumMessage(next) };
  if (!hasBegun(at, next.member) && isBusy(at)) return { kind: 'waiting', forMs: 0 };
  return { kind: 'replace', victim: victimOf(at, next) };
}

function victimOf(at: Situation, { member, because }: BadNode): Victim {
  return { member, because, drain: drainOf(at, member), hasty: false };
}

/** A node that is Ready ends its pods as any other does; of one that is not, nothing is expected for long. */
function drainOf({ desired: { drain } }: Situation, { state }: Member): DrainOptions {
  if (state === 'ready') return drain;
  return { timeoutMs: Math.min(drain.timeoutMs, BAD_DRAIN_MS), onBlocked: 'skip' };
}

function hasBegun({ record }: Situation, { index, attempt }: Member): boolean {
  return record.leaving.some(
    (one) => one.index === index && one.attempt === attempt && isRemedy(one.because),
  );
}

/** Another machine comes or goes. A control plane may lack one: its dead members go before anybody joins. */
function isBusy(at: Situation): boolean {
  const staying = stayingOf(at);
  const isLeaving = ({ index, attempt }: Member) =>
    at.record.leaving.some((one) => one.index === index && one.attempt === attempt);
  if (staying.some((member) => member.state === 'joining' || isLeaving(member))) return true;
  return endingOf(at).length > 0 || (at.desired.role === 'worker' && missingCount(at) > 0);
}

/** Each in a row waits longer than the one before; then for a person, or for half a day. */
function isResting(at: Situation, { remedies }: Slot): boolean {
  if (remedies === undefined) return false;
  const { count } = remedies;
  const restMs = count < REMEDIES_IN_A_ROW ? REMEDY_REST_MS * 2 ** (count - 1) : REMEDIES_FORGOTTEN_MS;
  return elapsedMs(remedies.at, at.nowMs, at.desired.speed) < restMs;
}

/** Enough stay for a majority of the members that were asked for, and etcd itself can do without. */
function isSpare(at: Situation, member: Member): boolean {
  if (stayingOf(at).length - 1 < Math.floor(at.size / 2) + 1) return false;
  const etcd = at.observed.controlPlane?.etcd;
  const own = etcd?.find(({ name }) => name === memberName(member));
  return etcd !== undefined && (own === undefined || keepsMajority(etcd, own));
}

/** Names that a message tells; the rest is in the list of nodes. */
const MAX_NAMES = 10;

function namesOf(bad: readonly BadNode[]): string {
  const names = bad.map(({ member }) => nameOf(member)).sort();
  return names.length > MAX_NAMES ? `${names.slice(0, MAX_NAMES).join(', ')} and more` : names.join(', ');
}

function tooManyMessage(at: Situation, bad: readonly BadNode[]): string {
  return (
    `Too many nodes of pool ${at.desired.pool} are bad at once for their machines to be the reason: ` +
    `${namesOf(bad)}. None is replaced until fewer are.`
  );
}

function againMessage({ member }: BadNode): string {
  return (
    `Node ${nameOf(member)} is bad, and so was the one that its machine replaced. ` +
    'The next replacement waits, longer each time; a change of the pool ends the wait.'
  );
}

function quorumMessage({ member }: BadNode): string {
  return (
    `Node ${nameOf(member)} of the control plane is bad and stays: ` +
    'without it etcd would have no healthy majority.'
  );
}
