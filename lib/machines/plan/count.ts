/** How many machines of a pool there are, by what is to become of them. Pure. */
import { elapsedMs } from '../../domain/time.ts';
import type { Slot } from '../record.ts';
import { joinLookMs, QUICK_TRIES, RUN_LOOK_MS, SLOW_RETRY_MS } from '../timing.ts';
import type { Member, Situation } from './model.ts';
import { isInterrupted } from './outdated.ts';

/** Those that the pool can count on: not on their way out, not about to be taken back. */
export function stayingOf(at: Situation): readonly Member[] {
  return at.members.filter((member) => member.state !== 'leaving' && !isInterrupted(member));
}

/** Being ended, and their slot is not free before they are gone. */
export function endingOf(at: Situation): readonly Member[] {
  return at.members.filter((member) => member.state === 'leaving' && !isInterrupted(member));
}

export const hiddenOf = (at: Situation): readonly Member[] =>
  at.members.filter((member) => member.machine === undefined);

/** Slots for which a machine was asked and neither seen nor refused for good: it may still show up. */
export function isAskedFor(at: Situation): boolean {
  return Object.values(at.record.slots).some((slot) => slot.askedAt !== undefined);
}

/** Slots whose machine the cloud knows and does not show yet. */
export function conflictsOf(at: Situation): readonly Slot[] {
  return Object.values(at.record.slots).filter((slot) => slot.conflictAt !== undefined);
}

export function readyCount(at: Situation): number {
  return stayingOf(at).filter((member) => member.state === 'ready').length;
}

/** Until the next look at machines that are to become nodes; `undefined`: there are none. */
export function untilJoinLook(at: Situation): number | undefined {
  const joining = stayingOf(at).filter((member) => member.state === 'joining');
  if (joining.length === 0) return undefined;
  // Those of the control plane get their place behind the load balancer as soon as they run.
  const isStarting = joining.some(({ machine }) => machine?.state === 'launching');
  if (at.desired.role === 'control-plane' && isStarting) return RUN_LOOK_MS;
  return Math.min(...joining.map(({ ageMs }) => joinLookMs(ageMs)));
}

/** Machines that the pool lacks: what is being ended or hides counts until that is over. */
export function missingCount(at: Situation): number {
  return at.size - stayingOf(at).length - endingOf(at).length - conflictsOf(at).length;
}

/** Free slots, lowest first, as many as asked for. New ones follow the highest. */
export function freeSlots(at: Situation, count: number): readonly number[] {
  const taken = new Set(at.members.map((member) => member.index));
  const free: number[] = [];
  for (let index = 0; free.length < count; index += 1) {
    const slot = at.record.slots[String(index)];
    if (!taken.has(index) && slot?.conflictAt === undefined) free.push(index);
  }
  return free;
}

/** Tries in a row that failed for the machine as it is wished for now. */
function failuresOf(at: Situation, slot: Slot | undefined): number {
  return slot?.failedRevision === at.desired.wish?.revision ? (slot?.failures ?? 0) : 0;
}

/** Whether a slot failed so often that it waits before it is tried again. */
export function isResting(at: Situation, slot: Slot | undefined, quickTries: number = QUICK_TRIES): boolean {
  if (failuresOf(at, slot) < quickTries) return false;
  return elapsedMs(slot?.failedAt, at.nowMs, at.desired.speed) < SLOW_RETRY_MS;
}
