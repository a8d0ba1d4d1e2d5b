/**
 * One Elastic IP address per zone, for its NAT gateway. AllocateAddress knows no token, so all that are missing are
 * claimed together; what a lost answer left over is released again.
 */
import type { ClusterView, Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { type EpochMs, toInstant } from '../../../domain/time.ts';
import { awsConfig } from '../aws-config.ts';
import { keyOf } from '../names.ts';
import type { NetworkContext, NetworkOptions } from '../network/context.ts';
import { ADDRESSES_STEP, type ByZone, byZoneOf, VPC_STEP, zonesOf } from '../network/outputs.ts';
import type { AddressSeen } from '../network/port.ts';
import {
  type Asked,
  asked,
  askedOf,
  hides,
  isHiding,
  keptOf,
  listed,
  newlySeen,
  type Recorded,
  recordedIds,
  toRemove,
} from '../network/recorded.ts';
import { SETTLING_LOOK_MS } from '../network/timing.ts';
import { together } from '../network/together.ts';
import { tagsFor, ZONE_TAG } from '../tags.ts';

const CLAIM = 'addresses';

interface WantedAddress {
  readonly zone: string;
  readonly tags: Tags;
}
export interface AddressesDesired {
  readonly uid: string;
  readonly deleting: boolean;
  readonly speed: number;
  readonly wanted: readonly WantedAddress[];
  /** Allocation ids by zone. */
  readonly recorded: Recorded;
  readonly publicIps: ByZone;
  readonly asked: Asked;
}
export interface AddressesObserved {
  readonly atMs: EpochMs;
  readonly addresses: readonly AddressSeen[];
}
export type AddressesAction =
  | { readonly kind: 'allocate'; readonly addresses: readonly WantedAddress[] }
  | { readonly kind: 'release'; readonly ids: readonly string[] };

type AddressesPlan = Plan<AddressesAction>;

export function planAddresses(
  desired: AddressesDesired,
  observed: AddressesObserved,
  nowMs: EpochMs,
): AddressesPlan {
  return desired.deleting ? planRemoval(desired, observed, nowMs) : planPresence(desired, observed, nowMs);
}

function planPresence(desired: AddressesDesired, observed: AddressesObserved, nowMs: EpochMs): AddressesPlan {
  const at = { nowMs, speed: desired.speed };
  const kept = keptAddresses(desired, observed);
  const unseen = desired.wanted.filter(({ zone }) => !kept.has(zone));
  const progress = { done: kept.size, total: desired.wanted.length };
  const missing = unseen.filter(
    ({ zone }) => !hides(zone, desired.recorded, observed.addresses, desired.asked, at),
  );
  if (missing.length > 0) {
    const message = `Allocating Elastic IP addresses for ${listed(missing.map(({ zone }) => zone))}.`;
    const notes = { claim: CLAIM, message, progress };
    return act({ kind: 'allocate', addresses: missing }, 'AllocatingAddresses', notes);
  }
  if (unseen.length > 0) return wait(SETTLING_LOOK_MS, 'AllocatingAddresses', { progress });

  const keptIds = new Set([...kept.values()].map(({ id }) => id));
  const surplus = observed.addresses.filter(({ id, associated }) => !associated && !keptIds.has(id));
  const ids = toRemove(surplus, desired.asked, at).map(({ id }) => id);
  if (ids.length > 0) return act({ kind: 'release', ids }, 'RemovingTwin');
  return done('AddressesReady', { progress });
}

/** Also those that a NAT gateway seems to hold: it is gone by now, and EC2 refuses when it is not. */
function planRemoval(
  desired: AddressesDesired,
  { addresses }: AddressesObserved,
  nowMs: EpochMs,
): AddressesPlan {
  const at = { nowMs, speed: desired.speed };
  const ids = toRemove(addresses, desired.asked, at).map(({ id }) => id);
  if (ids.length > 0) return act({ kind: 'release', ids }, 'ReleasingAddresses');
  const isThere = addresses.length > 0 || isHiding(desired.recorded, addresses, desired.asked, at);
  return isThere ? wait(SETTLING_LOOK_MS, 'ReleasingAddresses') : done('NetworkGone');
}

function keptAddresses(
  { wanted, recorded }: AddressesDesired,
  { addresses }: AddressesObserved,
): ReadonlyMap<string, AddressSeen> {
  return new Map(
    wanted.flatMap(({ zone }) => {
      const candidates = addresses.filter(({ tags }) => tags[ZONE_TAG] === zone);
      const kept = keptOf(candidates, recorded.ids[zone], ({ associated }) => associated);
      return kept === undefined ? [] : [[zone, kept] as const];
    }),
  );
}

export function addressesStep({
  speed,
}: NetworkOptions): Step<NetworkContext, AddressesDesired, AddressesObserved, AddressesAction> {
  return {
    name: ADDRESSES_STEP,
    title: 'Allocate the addresses of the NAT gateways',
    condition: 'CreatingInfrastructure',
    after: [VPC_STEP],
    desired: (view) => desiredAddresses(view, speed),
    async observe({ network, now }, desired) {
      const addresses = await network.ownAddresses(desired.uid);
      return addresses.ok ? ok({ atMs: now(), addresses: addresses.value }) : addresses;
    },
    plan: planAddresses,
    act: actOnAddresses,
    read(desired, observed) {
      const kept = keptAddresses(desired, observed);
      const ids = Object.fromEntries([...kept].map(([zone, { id }]) => [zone, id]));
      const ips = Object.fromEntries([...kept].map(([zone, { publicIp }]) => [zone, publicIp]));
      const fresh = newlySeen('allocations', desired.recorded, ids, observed.atMs);
      const isNew = Object.keys(fresh).length > 0;
      return {
        outputs: isNew ? { ...fresh, publicIps: { ...desired.publicIps, ...ips } } : {},
        found: desired.wanted.every(({ zone }) => kept.has(zone)) ? [CLAIM] : [],
        resources: observed.addresses.map(({ id, publicIp, associated, tags }) => ({
          kind: 'AWS::EC2::EIP',
          id,
          name: publicIp,
          role: 'nat-address',
          origin: 'created',
          ...(tags[ZONE_TAG] === undefined ? {} : { zone: tags[ZONE_TAG] }),
          state: associated ? 'associated' : 'allocated',
        })),
      };
    },
  };
}

function desiredAddresses(view: ClusterView, speed: number): AddressesDesired | undefined {
  if (awsConfig(view.spec).placement.mode === 'static') return undefined;
  return {
    uid: view.id,
    deleting: view.deleting,
    speed,
    wanted: zonesOf(view).map((zone) => ({
      zone,
      tags: tagsFor(view, 'eip', `${keyOf(view)}-eip-${zone}`, { [ZONE_TAG]: zone }),
    })),
    recorded: recordedIds(view, ADDRESSES_STEP, 'allocations'),
    publicIps: byZoneOf(view.outputs(ADDRESSES_STEP).publicIps),
    asked: askedOf(view, ADDRESSES_STEP),
  };
}

async function actOnAddresses(
  { network, now }: NetworkContext,
  desired: AddressesDesired,
  action: AddressesAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'allocate': {
      const made = await together(
        action.addresses.map(async ({ zone, tags }) => {
          const address = await network.allocateAddress(tags);
          return address.ok ? ok({ zone, ...address.value }) : address;
        }),
      );
      if (!made.ok) return made;
      const ids = Object.fromEntries(made.value.map(({ zone, id }) => [zone, id]));
      const ips = Object.fromEntries(made.value.map(({ zone, publicIp }) => [zone, publicIp]));
      return ok({
        event: `Allocated ${listed(made.value.map(({ publicIp }) => publicIp))}`,
        outputs: {
          allocations: { ...desired.recorded.ids, ...ids },
          publicIps: { ...desired.publicIps, ...ips },
          since: toInstant(now()),
        },
        lookAfterMs: 0,
      });
    }
    case 'release': {
      const released = await together(
        action.ids.map(async (id) => {
          const done = await network.releaseAddress(id);
          return done.ok ? ok(id) : done;
        }),
      );
      if (!released.ok) return released;
      return ok({
        event: `Released ${released.value.length} Elastic IP addresses`,
        outputs: asked(desired.asked, released.value, now()),
        lookAfterMs: 0,
      });
    }
  }
}
