/** Spreading over zones (A152): the one with the fewest machines of the pool, ties by the order of the zones. Pure. */
import { elapsedMs } from '../../domain/time.ts';
import type { Slot } from '../record.ts';
import { FULL_ZONE_MS } from '../timing.ts';
import type { Member, Situation } from './model.ts';

export type Counts = ReadonlyMap<string, number>;

export function countsOf(members: readonly Pick<Member, 'zone'>[]): Counts {
  const counts = new Map<string, number>();
  for (const { zone } of members) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return counts;
}

export function plusOne(counts: Counts, zone: string): Counts {
  return new Map([...counts, [zone, (counts.get(zone) ?? 0) + 1]]);
}

/** `cost` decides between zones that are equally full; without it their order does. */
export function emptiest(
  zones: readonly string[],
  counts: Counts,
  cost: (zone: string) => number = () => 0,
): string | undefined {
  const order = (zone: string) => counts.get(zone) ?? 0;
  return zones.toSorted((a, b) => order(a) - order(b) || cost(a) - cost(b)).at(0);
}

export interface OpenZones {
  readonly zones: readonly string[];
  /** Each of them has said lately that it has no room: they are all asked again. */
  readonly exhausted: boolean;
}

/** Zones that may have room for the slot: the others said a moment ago that they have none. */
export function openZones(at: Situation, slot: Slot | undefined, zones: readonly string[]): OpenZones {
  const { full } = slot ?? {};
  const fresh = full && elapsedMs(full.at, at.nowMs, at.desired.speed) < FULL_ZONE_MS;
  const open = fresh ? zones.filter((zone) => !full.zones.includes(zone)) : zones;
  return open.length === 0 ? { zones, exhausted: true } : { zones: open, exhausted: false };
}
