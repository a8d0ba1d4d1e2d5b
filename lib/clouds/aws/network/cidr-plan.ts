/**
 * How a VPC is divided: 16 equal ranges, by fixed slots. The private subnet of a zone has its slot (0 to 7), the public
 * one the slot 8 further on. A zone keeps its slot for ever, so that zones can be added later.
 */
import { addressAt, addressCount } from '../../../domain/cidr.ts';
import type { RegionZone } from './port.ts';

/** Slots of private subnets, and as many of public ones. */
const ZONE_SLOTS = 8;
const BITS = 4;

export type SubnetRole = 'public' | 'private';
export type Slots = Readonly<Record<string, number>>;

export type SlotPlan =
  | { readonly kind: 'planned'; readonly slots: Slots }
  | { readonly kind: 'unknown-zones'; readonly zones: readonly string[] }
  | { readonly kind: 'full' };

/** `10.0.128.0/20` for the public subnet of slot 0 in `10.0.0.0/16`. */
export function subnetCidr(vpcCidr: string, role: SubnetRole, slot: number): string {
  const position = role === 'private' ? slot : ZONE_SLOTS + slot;
  const size = addressCount(vpcCidr) / 2 ** BITS;
  return `${addressAt(vpcCidr, position * size)}/${Number(vpcCidr.split('/')[1]) + BITS}`;
}

/**
 * A zone's slot is its rank among the region's zones by their ids, which are the same for every account; the next free
 * one when a zone that AWS opened later has the rank of an older one.
 */
export function planSlots(
  zones: readonly string[],
  recorded: Slots,
  regionZones: readonly RegionZone[],
): SlotPlan {
  const ranked = [...regionZones].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  const fresh = zones.filter((zone) => recorded[zone] === undefined);
  const unknown = fresh.filter((zone) => !ranked.some(({ name }) => name === zone));
  if (unknown.length > 0) return { kind: 'unknown-zones', zones: unknown };
  const slots: Record<string, number> = { ...recorded };
  for (const zone of fresh) {
    const taken = new Set(Object.values(slots));
    const rank = ranked.findIndex(({ name }) => name === zone);
    const slot = [rank, ...Array(ZONE_SLOTS).keys()].find((one) => one < ZONE_SLOTS && !taken.has(one));
    if (slot === undefined) return { kind: 'full' };
    slots[zone] = slot;
  }
  return { kind: 'planned', slots };
}
