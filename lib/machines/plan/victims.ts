/**
 * Who has to leave a pool, and when. Recomputed from what is there, so an edit in the middle only changes what comes
 * next; who has begun to drain goes on as long as it still has to go. At most one at a time, unless the pool ends.
 */
import type { DrainOptions } from '../../domain/pool.ts';
import type { Because } from '../record.ts';
import { INTERRUPTION_DRAIN_MS, PARALLEL_DRAINS } from '../timing.ts';
import { endingOf, stayingOf } from './count.ts';
import type { Member, Situation, Victim } from './model.ts';
import { hasNoRoom, isInterrupted, mayDeleteFirst, outdatedBecause } from './outdated.ts';
import { remedyOf } from './remedy.ts';
import { countsOf } from './zones.ts';

/** EC2 takes them whatever we do: what runs there gets the time that is left. */
const HURRY: DrainOptions = { timeoutMs: INTERRUPTION_DRAIN_MS, onBlocked: 'skip' };

export function interruptedOf(at: Situation): readonly Victim[] {
  return at.members
    .filter((member) => isInterrupted(member) && member.state !== 'leaving')
    .map((member) => ({ member, because: 'Interrupted', drain: HURRY, hasty: true }));
}

export interface Outdated {
  readonly member: Member;
  readonly because: Because;
}

/** In the order in which they are replaced. */
export function outdatedOf(at: Situation): readonly Outdated[] {
  const staying = stayingOf(at);
  const counts = countsOf(staying);
  return staying
    .flatMap((member) => {
      const because = outdatedBecause(at, member);
      return because === undefined ? [] : [{ member, because }];
    })
    .toSorted(
      (a, b) =>
        sticky(at, a.member) - sticky(at, b.member) ||
        Number(a.member.state === 'ready') - Number(b.member.state === 'ready') ||
        urgency(a.because) - urgency(b.because) ||
        fullness(counts, b.member) - fullness(counts, a.member) ||
        zoneOrder(at, a.member) - zoneOrder(at, b.member) ||
        age(a.member).localeCompare(age(b.member)) ||
        a.member.index - b.member.index,
    );
}

const urgency = (because: Because): number =>
  because === 'Rebalance' || because === 'Maintenance' ? 0 : because === 'ZoneRemoved' ? 1 : 2;

/** Whether the machine has begun to leave: 0 sorts first. */
function sticky(at: Situation, { index, attempt }: Member): number {
  const begun = at.record.leaving.some((one) => one.index === index && one.attempt === attempt);
  return begun ? 0 : 1;
}

const fullness = (counts: ReadonlyMap<string, number>, { zone }: Member): number => counts.get(zone) ?? 0;

function zoneOrder(at: Situation, { zone }: Member): number {
  return at.desired.wish?.zones.indexOf(zone) ?? 0;
}

const age = (member: Member): string => member.machine?.launchedAt ?? '';

/** Who leaves now, without those that the cloud takes back. */
export function victimsOf(at: Situation): readonly Victim[] {
  const { wish, drain } = at.desired;
  const staying = stayingOf(at);
  const victim = (member: Member, because: Because): Victim => ({ member, because, drain, hasty: false });
  if (!wish) {
    const seats = Math.max(0, PARALLEL_DRAINS - endingOf(at).length);
    return byUselessness(at, staying)
      .slice(0, seats)
      .map((member) => victim(member, 'PoolRemoved'));
  }
  const outdated = outdatedOf(at);
  const extra = staying.length - at.size;
  const remedy = remedyOf(at);
  // One more than wanted stands in for an outdated one; without one the bad node is what is too much.
  if (remedy.kind === 'replace' && extra <= Math.min(1, outdated.length)) return [remedy.victim];
  if (outdated.length > 0 && extra <= 1) {
    return nextReplaced(at, outdated, extra).map(({ member, because }) => victim(member, because));
  }
  if (extra <= 0) return [];
  return byUselessness(at, staying)
    .slice(0, 1)
    .map((member) => victim(member, 'TooMany'));
}

/** A247: the old one goes only when everything new is Ready, and nothing else is on its way out. */
function nextReplaced(at: Situation, outdated: readonly Outdated[], extra: number): readonly Outdated[] {
  const first = outdated[0];
  if (!first || extra < 0) return [];
  if (extra === 0 && !isDeleteFirst(at, first)) return [];
  if (sticky(at, first.member) === 0) return [first];
  const news = stayingOf(at).filter((member) => !outdated.some((one) => one.member === member));
  const settled = news.every((member) => member.state === 'ready') && endingOf(at).length === 0;
  return settled ? [first] : [];
}

export function isDeleteFirst(at: Situation, next: Outdated): boolean {
  return hasNoRoom(at) && mayDeleteFirst(next.because);
}

/** Not Ready first, then outdated, then those that still join; of the rest the newest of the fullest zone. */
function byUselessness(at: Situation, members: readonly Member[]): readonly Member[] {
  const counts = countsOf(members);
  const rank = (member: Member) => {
    if (member.state === 'unready') return 0;
    if (outdatedBecause(at, member) !== undefined) return 1;
    return member.state === 'joining' ? 2 : 3;
  };
  return members.toSorted(
    (a, b) =>
      sticky(at, a) - sticky(at, b) ||
      rank(a) - rank(b) ||
      fullness(counts, b) - fullness(counts, a) ||
      zoneOrder(at, b) - zoneOrder(at, a) ||
      age(b).localeCompare(age(a)) ||
      b.index - a.index,
  );
}
