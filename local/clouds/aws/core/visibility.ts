/**
 * Eventual consistency: for some seconds after a write, single readers do not see it yet; after a deletion, some still
 * see what is gone. Each reader draws anew, so that a resource may be seen, not be seen, and be seen again.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Call } from './call.ts';
import type { World } from './world.ts';

const ALL_PERCENT = 100;

/** Whether a reader sees by now what changed at `since`. `what` names it: `vpc-1`, `tags of vpc-1`. */
export function sees(world: World, call: Call, what: string, since: EpochMs): boolean {
  const ageMs = call.nowMs - since;
  const { usual, tail, tailPercent } = world.settings.consistency;
  if (ageMs >= Math.max(usual[1], tail[1]) * 1000) return true;
  const key = `seen/${what}/${call.requestId}`;
  const range = world.chance.fraction(`${key}/tail`) * ALL_PERCENT < tailPercent ? tail : usual;
  return ageMs >= world.chance.milliseconds(key, range);
}

/** After this long every reader sees a change: cloud milliseconds. */
export const settledAfterMs = (world: World): number =>
  Math.max(world.settings.consistency.usual[1], world.settings.consistency.tail[1]) * 1000;
