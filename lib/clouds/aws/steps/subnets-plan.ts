/** Which subnets are missing, in the way or to go. Pure. The range of a subnet is its key: EC2 makes none twice. */
import { overlaps } from '../../../domain/cidr.ts';
import type { Tags } from '../../../domain/cluster.ts';
import { act, blocked, done, type Plan, wait } from '../../../domain/plan.ts';
import type { EpochMs, Instant } from '../../../domain/time.ts';
import { planSlots, type Slots, type SubnetRole, subnetCidr } from '../network/cidr-plan.ts';
import type { InterfaceSeen, OwnSubnet, RegionZone } from '../network/port.ts';
import { type Asked, hides, isHiding, listed, type Recorded, toRemove } from '../network/recorded.ts';
import {
  elapsedMs,
  INTERFACE_LOOK_MS,
  INTERFACES_GONE_WITHIN_MS,
  mayHide,
  SETTLING_LOOK_MS,
} from '../network/timing.ts';

export interface WantedSubnet {
  readonly role: SubnetRole;
  readonly zone: string;
  readonly tags: Tags;
}
export interface SubnetsDesired {
  readonly uid: string;
  readonly deleting: boolean;
  readonly speed: number;
  /** Both empty only before there is a VPC, when nothing is planned yet. */
  readonly vpcId: string;
  readonly vpcCidr: string;
  readonly wanted: readonly WantedSubnet[];
  readonly slots: Slots;
  /** By subnetKey. */
  readonly recorded: Recorded;
  readonly asked: Asked;
  /** Deleting: since when interfaces of AWS's own are in the way. */
  readonly waitingSince?: Instant;
}
export interface SubnetsObserved {
  readonly atMs: EpochMs;
  /** All of the VPC; while deleting those with our tag. */
  readonly subnets: readonly OwnSubnet[];
  /** Asked for only while a zone has no slot. */
  readonly zones: readonly RegionZone[];
  /** Deleting: what lies in the subnets. */
  readonly interfaces: readonly InterfaceSeen[];
}
export interface PlacedSubnet extends WantedSubnet {
  readonly cidr: string;
}
export type SubnetsAction =
  | { readonly kind: 'create'; readonly subnets: readonly PlacedSubnet[] }
  | { readonly kind: 'tag'; readonly subnets: readonly { readonly id: string; readonly tags: Tags }[] }
  | { readonly kind: 'delete'; readonly ids: readonly string[] };

type SubnetsPlan = Plan<SubnetsAction>;

/** Reasons that tell a later pass since when it waits. */
export const WAITING = 'WaitingForInterfaces';
export const REMAIN = 'InterfacesRemain';

export const subnetKey = ({ role, zone }: Pick<WantedSubnet, 'role' | 'zone'>): string => `${role}/${zone}`;

export function slotsOf({ wanted, slots }: SubnetsDesired, zones: readonly RegionZone[]) {
  return planSlots([...new Set(wanted.map(({ zone }) => zone))], slots, zones);
}

/** Wanted subnets with the ones that have their range; pure of `desired` and what was seen. */
export function placed(
  desired: SubnetsDesired,
  { subnets, zones }: SubnetsObserved,
): readonly { readonly want: PlacedSubnet; readonly seen?: OwnSubnet }[] {
  const plan = slotsOf(desired, zones);
  if (plan.kind !== 'planned') return [];
  return desired.wanted.map((wanted) => {
    const cidr = subnetCidr(desired.vpcCidr, wanted.role, plan.slots[wanted.zone] ?? 0);
    const seen = subnets.find((subnet) => subnet.cidr === cidr && subnet.zone === wanted.zone);
    return { want: { ...wanted, cidr }, ...(seen === undefined ? {} : { seen }) };
  });
}

export function planSubnets(desired: SubnetsDesired, observed: SubnetsObserved, nowMs: EpochMs): SubnetsPlan {
  return desired.deleting ? planRemoval(desired, observed, nowMs) : planPresence(desired, observed, nowMs);
}

function planPresence(desired: SubnetsDesired, observed: SubnetsObserved, nowMs: EpochMs): SubnetsPlan {
  const refusal = refusalOf(desired, observed);
  if (refusal) return refusal;
  const at = { nowMs, speed: desired.speed };
  const all = placed(desired, observed);
  const seen = all.flatMap((one) => one.seen ?? []);
  const progress = { done: seen.length, total: all.length };
  const unseen = all.filter((one) => one.seen === undefined).map(({ want }) => want);
  const missing = unseen.filter((want) => !hides(subnetKey(want), desired.recorded, seen, desired.asked, at));
  if (missing.length > 0) {
    const zones = listed(missing.map(({ zone }) => zone));
    const message = `Creating ${missing.length} subnets in ${zones}.`;
    return act({ kind: 'create', subnets: missing }, 'CreatingSubnets', { message, progress });
  }
  if (unseen.length > 0 || seen.some(({ state }) => state === 'pending')) {
    return wait(SETTLING_LOOK_MS, 'CreatingSubnets', { progress });
  }
  const untagged = all.flatMap(({ want, seen: subnet }) =>
    subnet && !carries(subnet.tags, want.tags) ? [{ id: subnet.id, tags: want.tags }] : [],
  );
  if (untagged.length > 0) {
    // Tags show up later than what they are on.
    const isYoung = mayHide(desired.recorded.since, nowMs, desired.speed);
    if (isYoung) return wait(SETTLING_LOOK_MS, 'TaggingSubnets', { progress });
    return act({ kind: 'tag', subnets: untagged }, 'TaggingSubnets');
  }
  return done('SubnetsReady', { progress });
}

/** By which we, and Kubernetes, find it. */
function carries(tags: Tags, wanted: Tags): boolean {
  const keys = Object.keys(wanted).filter((key) => /^(?:slipway:|kubernetes\.io\/)/.test(key));
  return keys.every((key) => tags[key] !== undefined);
}

function refusalOf(desired: SubnetsDesired, observed: SubnetsObserved): Plan<never> | undefined {
  const plan = slotsOf(desired, observed.zones);
  switch (plan.kind) {
    case 'unknown-zones':
      return blocked('ZoneNotFound', `The region has no availability zone ${listed(plan.zones)}.`);
    case 'full':
      return blocked('ZonesExhausted', 'The network has room for 8 zones, and all are taken.');
    case 'planned':
      return intruderOf(desired, observed);
  }
}

function intruderOf(desired: SubnetsDesired, observed: SubnetsObserved): Plan<never> | undefined {
  for (const { want, seen } of placed(desired, observed)) {
    const other = observed.subnets.find((subnet) => subnet !== seen && overlaps(subnet.cidr, want.cidr));
    if (other) {
      const whose = `Subnet ${other.id} in ${other.zone} has ${other.cidr}`;
      return blocked('SubnetRangeTaken', `${whose}; ${want.cidr} is for ${want.zone}. Delete that subnet.`);
    }
  }
  return undefined;
}

function planRemoval(desired: SubnetsDesired, observed: SubnetsObserved, nowMs: EpochMs): SubnetsPlan {
  const at = { nowMs, speed: desired.speed };
  const left = toRemove(observed.subnets, desired.asked, at);
  const held = observed.interfaces.filter(({ byAws }) => byAws);
  const free = left.filter(({ id }) => !held.some(({ subnetId }) => subnetId === id));
  if (free.length > 0) return act({ kind: 'delete', ids: free.map(({ id }) => id) }, 'DeletingSubnets');
  if (left.length > 0) return waitFor(held, desired, nowMs);
  const isThere = observed.subnets.length > 0 || isHiding(desired.recorded, [], desired.asked, at);
  return isThere ? wait(SETTLING_LOOK_MS, 'DeletingSubnets') : done('NetworkGone');
}

/** AWS takes its own interfaces away after the service that they belong to; nobody else can. */
function waitFor(
  interfaces: readonly InterfaceSeen[],
  { waitingSince, speed }: SubnetsDesired,
  nowMs: EpochMs,
): SubnetsPlan {
  const names = listed(interfaces.map(named));
  if (waitingSince !== undefined && elapsedMs(waitingSince, nowMs, speed) >= INTERFACES_GONE_WITHIN_MS) {
    return blocked(REMAIN, `AWS still keeps network interfaces in the subnets: ${names}.`);
  }
  return wait(INTERFACE_LOOK_MS, WAITING, { message: `AWS takes its network interfaces away: ${names}.` });
}

export function named({ id, description }: InterfaceSeen): string {
  return description === '' ? id : `${id} (${description})`;
}
