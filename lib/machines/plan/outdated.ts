/** Why a machine has to be replaced although it works. Pure. */
import { elapsedMs } from '../../domain/time.ts';
import type { Because } from '../record.ts';
import { BACK_TO_SPOT_MS, SLOW_RETRY_MS } from '../timing.ts';
import type { Member, PoolDesired, PoolWish, Situation } from './model.ts';
import { spotChoice } from './spot.ts';

export function outdatedBecause(at: Situation, member: Member): Because | undefined {
  const { wish } = at.desired;
  if (!wish) return undefined;
  if (member.revision !== wish.revision) return 'Outdated';
  if (!wish.zones.includes(member.zone)) return 'ZoneRemoved';
  const because = capacityBecause(at, wish, member) ?? noticeBecause(at, wish, member);
  return isOptional(because) && isTiredOfAsking(at) ? undefined : because;
}

/** A changed bid is for machines to come: those that run go on running. */
function capacityBecause(at: Situation, wish: PoolWish, member: Member): Because | undefined {
  if (member.capacity === wish.capacity) return undefined;
  if (wish.spot?.fallback !== 'on-demand') return 'CapacityChanged';
  const since = at.record.spotSince;
  const stable = since !== undefined && elapsedMs(since, at.nowMs, at.desired.speed) >= BACK_TO_SPOT_MS;
  return stable ? 'BackToSpot' : undefined;
}

/** Only a warning: it is heeded when there is something to replace the machine with. */
function noticeBecause(at: Situation, wish: PoolWish, { notice }: Member): Because | undefined {
  if (notice?.kind !== 'rebalance' && notice?.kind !== 'maintenance') return undefined;
  if (wish.capacity === 'spot' && spotChoice(at, wish).kind !== 'spot') return undefined;
  return notice.kind === 'rebalance' ? 'Rebalance' : 'Maintenance';
}

export const isInterrupted = (member: Member): boolean => member.notice?.kind === 'interruption';

/** The machine is good enough as it is when there is no room for a better one. */
export function isOptional(because: Because | undefined): boolean {
  return because === 'Rebalance' || because === 'Maintenance' || because === 'BackToSpot';
}

/** Giving up an old machine makes room for a new one of the same market; spot and on-demand have room of their own. */
export function mayDeleteFirst(because: Because | undefined): boolean {
  return because === 'Outdated' || because === 'ZoneRemoved';
}

/** The wish for which the cloud had no room for one machine more. */
export function wishKeyOf({ wish }: PoolDesired): string {
  const { revision = '', capacity = '', zones = [] } = wish ?? {};
  return [revision, capacity, ...zones].join('/');
}

export function hasNoRoom({ record, desired }: Situation): boolean {
  return record.noRoomFor !== undefined && record.noRoomFor === wishKeyOf(desired);
}

/** What may stay is not tried again at once. */
function isTiredOfAsking(at: Situation): boolean {
  return hasNoRoom(at) && elapsedMs(at.record.noRoomAt, at.nowMs, at.desired.speed) < SLOW_RETRY_MS;
}
