/** Which NAT gateways are missing, starting, broken or to go. Pure. A token serves one gateway only, dead or alive. */
import type { Tags } from '../../../domain/cluster.ts';
import type { ClusterId } from '../../../domain/ids.ts';
import { act, blocked, done, type Plan, wait } from '../../../domain/plan.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { NatSeen } from '../network/port.ts';
import { type Asked, hides, isHiding, keptOf, listed, type Recorded, toRemove } from '../network/recorded.ts';
import { NAT_LOOK_MS, natLookMs, SETTLING_LOOK_MS } from '../network/timing.ts';
import { ATTEMPT_TAG, ZONE_TAG } from '../tags.ts';

export interface WantedNat {
  readonly zone: string;
  readonly subnetId: string;
  readonly allocationId: string;
  readonly tags: Tags;
}
export interface NatDesired {
  readonly cluster: { readonly id: ClusterId; readonly name: string };
  readonly deleting: boolean;
  readonly speed: number;
  readonly wanted: readonly WantedNat[];
  readonly recorded: Recorded;
  /** The last attempt that was answered, by zone. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly asked: Asked;
  /** People have been told that one failed, a while ago. */
  readonly isFailureShown: boolean;
}
export interface NatObserved {
  readonly atMs: EpochMs;
  /** Deleted ones, too, as long as EC2 shows them. */
  readonly gateways: readonly NatSeen[];
}
export interface NatOrder extends WantedNat {
  readonly attempt: number;
}
export type NatAction =
  | { readonly kind: 'create'; readonly orders: readonly NatOrder[] }
  | { readonly kind: 'delete'; readonly ids: readonly string[] };

type NatPlan = Plan<NatAction>;

/** A reason that tells a later pass that people know. */
export const FAILED = 'NatGatewayFailed';

export function planNatGateways(desired: NatDesired, observed: NatObserved, nowMs: EpochMs): NatPlan {
  return desired.deleting ? planRemoval(desired, observed, nowMs) : planPresence(desired, observed, nowMs);
}

/** Those that serve, by zone. */
export function keptNats(
  { wanted, recorded }: NatDesired,
  { gateways }: NatObserved,
): ReadonlyMap<string, NatSeen> {
  return new Map(
    wanted.flatMap(({ zone }) => {
      const live = gateways.filter((one) => one.tags[ZONE_TAG] === zone && isLive(one));
      const kept = keptOf(live, recorded.ids[zone], ({ state }) => state === 'available');
      return kept === undefined ? [] : [[zone, kept] as const];
    }),
  );
}

function planPresence(desired: NatDesired, observed: NatObserved, nowMs: EpochMs): NatPlan {
  const at = { nowMs, speed: desired.speed };
  const kept = keptNats(desired, observed);
  const keptIds = [...kept.values()].map(({ id }) => id);
  const absent = desired.wanted.filter(({ zone }) => !kept.has(zone));
  const others = observed.gateways.filter((one) => !keptIds.includes(one.id));
  const inTheWay = (zone: string) => others.some((one) => one.tags[ZONE_TAG] === zone && holdsAddress(one));
  const hidden = absent.filter(({ zone }) =>
    hides(zone, desired.recorded, observed.gateways, desired.asked, at),
  );
  const missing = absent.filter((want) => !hidden.includes(want) && !inTheWay(want.zone));
  const ready = [...kept.values()].filter(({ state }) => state === 'available').length;
  const notes = { progress: { done: ready, total: desired.wanted.length } };
  if (missing.length > 0) {
    const orders = missing.map((want) => ({ ...want, attempt: nextAttempt(want.zone, desired, observed) }));
    const message = `Creating NAT gateways in ${listed(missing.map(({ zone }) => zone))}.`;
    return act({ kind: 'create', orders }, 'CreatingNatGateways', { ...notes, message });
  }
  const failed = toRemove(others, desired.asked, at).filter(({ state }) => state === 'failed');
  if (failed.some(({ tags }) => !kept.has(tags[ZONE_TAG] ?? '')) && !desired.isFailureShown) {
    return blocked(FAILED, failureOf(failed), notes);
  }
  const twins = toRemove(others, desired.asked, at).filter(isLive);
  const unfit = [...failed, ...twins].map(({ id }) => id);
  if (unfit.length > 0) return act({ kind: 'delete', ids: unfit }, 'ReplacingNatGateway', notes);
  if (hidden.length > 0) return wait(SETTLING_LOOK_MS, 'CreatingNatGateways', notes);
  if (absent.length > 0) return wait(NAT_LOOK_MS, 'ReplacingNatGateway', notes);
  if (ready < desired.wanted.length) {
    return wait(natLookMs(desired.recorded.since, nowMs, desired.speed), 'CreatingNatGateways', notes);
  }
  return done('NatGatewaysReady', notes);
}

function planRemoval(desired: NatDesired, { gateways }: NatObserved, nowMs: EpochMs): NatPlan {
  const at = { nowMs, speed: desired.speed };
  const left = gateways.filter((one) => isLive(one) || one.state === 'failed');
  const ids = toRemove(left, desired.asked, at).map(({ id }) => id);
  if (ids.length > 0) return act({ kind: 'delete', ids }, 'DeletingNatGateways');
  if (gateways.some(({ state }) => state !== 'deleted')) return wait(NAT_LOOK_MS, 'DeletingNatGateways');
  const isThere = isHiding(desired.recorded, gateways, desired.asked, at);
  return isThere ? wait(SETTLING_LOOK_MS, 'DeletingNatGateways') : done('NetworkGone');
}

function isLive({ state }: NatSeen): boolean {
  return state === 'pending' || state === 'available';
}

/** A failed gateway keeps its address until it is deleted. */
function holdsAddress({ state }: NatSeen): boolean {
  return state === 'failed' || state === 'deleting';
}

/**
 * An attempt that was answered, or that is seen to have died, has spent its token. One whose answer was lost is
 * repeated with the same token, and gives the same gateway.
 */
function nextAttempt(zone: string, { attempts }: NatDesired, { gateways }: NatObserved): number {
  const seen = gateways.filter(({ tags }) => tags[ZONE_TAG] === zone);
  return 1 + Math.max(attempts[zone] ?? 0, ...seen.map(({ tags }) => Number(tags[ATTEMPT_TAG] ?? 0)));
}

function failureOf(failed: readonly NatSeen[]): string {
  const each = failed.map(({ tags, failure }) => `${tags[ZONE_TAG]}: ${failure ?? 'EC2 gives no reason'}`);
  return `NAT gateways failed. ${[...new Set(each)].sort().join('; ')}.`;
}
