/**
 * The cluster's own VPC. CreateVpc knows no token, so it is claimed; what a lost answer left is found by tag, and of
 * two VPCs the recorded one stays. It goes last, when everything in it is gone.
 */
import type { ClusterView, Tags } from '../../../domain/cluster.ts';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { type EpochMs, type Instant, toInstant } from '../../../domain/time.ts';
import { awsConfig } from '../aws-config.ts';
import type { NetworkSeen } from '../catalog/port.ts';
import { keyOf } from '../names.ts';
import type { NetworkContext, NetworkOptions } from '../network/context.ts';
import { ACCOUNT_STEP, textOf, VPC_STEP, vpcOf } from '../network/outputs.ts';
import type { DnsAttribute, NetworkPort, VpcSeen } from '../network/port.ts';
import { type Asked, asked, askedOf, keptOf, listed, toRemove } from '../network/recorded.ts';
import { mayHide, SETTLING_LOOK_MS } from '../network/timing.ts';
import { together } from '../network/together.ts';
import { kubernetesTag, tagsFor } from '../tags.ts';

const CLAIM = 'vpc';
const DEFAULT_CIDR = '10.0.0.0/16';

export interface VpcDesired {
  readonly uid: string;
  readonly name: string;
  readonly deleting: boolean;
  readonly speed: number;
  readonly cidr: string;
  readonly tags: Tags;
  readonly recorded?: string;
  readonly since?: Instant;
  readonly asked: Asked;
}
export interface VpcObserved {
  readonly atMs: EpochMs;
  /** Those with our tag. */
  readonly own: readonly VpcSeen[];
  /** The one to keep, also when somebody took its tags away. */
  readonly kept?: NetworkSeen;
}
export type VpcAction =
  | { readonly kind: 'create' }
  | { readonly kind: 'tag'; readonly id: string }
  | { readonly kind: 'dns'; readonly id: string; readonly attributes: readonly DnsAttribute[] }
  | { readonly kind: 'delete'; readonly ids: readonly string[] };

export function planVpc(desired: VpcDesired, observed: VpcObserved, nowMs: EpochMs): Plan<VpcAction> {
  return desired.deleting ? planRemoval(desired, observed, nowMs) : planPresence(desired, observed, nowMs);
}

function planPresence(desired: VpcDesired, { own, kept }: VpcObserved, nowMs: EpochMs): Plan<VpcAction> {
  const { name, cidr, since, speed } = desired;
  const hides = mayHide(since, nowMs, speed);
  if (!kept) {
    // Listed but not found by its id, or made a moment ago: EC2's copies do not agree yet.
    if (own.length > 0 || hides) return wait(SETTLING_LOOK_MS, 'CreatingVpc');
    return act({ kind: 'create' }, 'CreatingVpc', {
      claim: CLAIM,
      message: `Creating VPC ${name} with ${cidr}.`,
    });
  }
  const others = own.filter(({ id }) => id !== kept.id);
  const twins = toRemove(others, desired.asked, { nowMs, speed }).map(({ id }) => id);
  if (twins.length > 0) return act({ kind: 'delete', ids: twins }, 'RemovingTwin');

  const row = own.find(({ id }) => id === kept.id);
  if (row?.state === 'pending' || (!row && hides)) return wait(SETTLING_LOOK_MS, 'CreatingVpc');
  if (!row) return act({ kind: 'tag', id: kept.id }, 'ConfiguringVpc');
  const attributes: readonly DnsAttribute[] = [
    ...(kept.dnsSupport ? [] : (['enableDnsSupport'] as const)),
    ...(kept.dnsHostnames ? [] : (['enableDnsHostnames'] as const)),
  ];
  if (attributes.length > 0) return act({ kind: 'dns', id: kept.id, attributes }, 'ConfiguringVpc');
  return done('VpcReady');
}

function planRemoval(desired: VpcDesired, { own }: VpcObserved, nowMs: EpochMs): Plan<VpcAction> {
  const { recorded, since, speed } = desired;
  const ids = toRemove(own, desired.asked, { nowMs, speed }).map(({ id }) => id);
  if (ids.length > 0) return act({ kind: 'delete', ids }, 'DeletingVpc');
  const isGone = recorded === undefined || desired.asked.ids.includes(recorded);
  // What was asked to go lingers in lists; what was made a moment ago may not be in them yet.
  return own.length > 0 || (!isGone && mayHide(since, nowMs, speed))
    ? wait(SETTLING_LOOK_MS, 'DeletingVpc')
    : done('NetworkGone');
}

export function vpcStep({ speed }: NetworkOptions): Step<NetworkContext, VpcDesired, VpcObserved, VpcAction> {
  return {
    name: VPC_STEP,
    title: 'Create the VPC',
    condition: 'CreatingInfrastructure',
    after: [ACCOUNT_STEP],
    desired: (view) => desiredVpc(view, speed),
    async observe(ctx, desired) {
      const own = await ctx.network.ownVpcs(desired.uid);
      if (!own.ok) return own;
      const observed = { atMs: ctx.now(), own: own.value };
      if (desired.deleting) return ok(observed);
      const kept = await keptVpc(ctx.network, desired, own.value);
      if (!kept.ok) return kept;
      return ok({ ...observed, ...(kept.value === undefined ? {} : { kept: kept.value }) });
    },
    plan: planVpc,
    act: actOnVpc,
    read(desired, { atMs, own, kept }) {
      const row = own.find(({ id }) => id === kept?.id);
      return {
        ...(kept === undefined
          ? {}
          : {
              outputs: {
                vpcId: kept.id,
                cidrs: [...kept.cidrs],
                ...(kept.id === desired.recorded ? {} : { since: toInstant(atMs) }),
              },
              found: [CLAIM],
            }),
        resources: own.map(({ id, state }) => ({
          kind: 'AWS::EC2::VPC',
          id,
          name: desired.name,
          role: 'vpc',
          origin: 'created',
          state: id === row?.id ? state : 'twin',
        })),
      };
    },
  };
}

function desiredVpc(view: ClusterView, speed: number): VpcDesired {
  const name = `${keyOf(view)}-vpc`;
  const recorded = vpcOf(view)?.id;
  const since = textOf(view.outputs(VPC_STEP).since);
  return {
    uid: view.id,
    name,
    deleting: view.deleting,
    speed,
    cidr: awsConfig(view.spec).vpcCidr ?? DEFAULT_CIDR,
    tags: tagsFor(view, 'vpc', name, { [kubernetesTag(view)]: 'owned' }),
    asked: askedOf(view, VPC_STEP),
    ...(recorded === undefined ? {} : { recorded }),
    ...(since === undefined ? {} : { since }),
  };
}

async function keptVpc(
  network: NetworkPort,
  { uid, recorded }: VpcDesired,
  own: readonly VpcSeen[],
): Promise<Result<NetworkSeen | undefined>> {
  if (recorded !== undefined) {
    const seen = await network.network(recorded);
    if (!seen.ok || seen.value !== undefined) return seen;
  }
  const others = own.filter(({ id }) => id !== recorded);
  const inUse = others.length > 1 ? await vpcsInUse(network, uid) : ok(new Set<string>());
  if (!inUse.ok) return inUse;
  const kept = keptOf(others, recorded, ({ id }) => inUse.value.has(id));
  return kept === undefined ? ok(undefined) : network.network(kept.id);
}

async function vpcsInUse(network: NetworkPort, uid: string): Promise<Result<ReadonlySet<string>>> {
  const [subnets, gateways] = await Promise.all([network.ownSubnets(uid), network.ownGateways(uid)]);
  if (!subnets.ok) return subnets;
  if (!gateways.ok) return gateways;
  const attached = gateways.value.flatMap(({ attachments }) => attachments);
  return ok(new Set([...subnets.value, ...attached].map(({ vpcId }) => vpcId)));
}

async function actOnVpc(
  { network, now }: NetworkContext,
  desired: VpcDesired,
  action: VpcAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'create': {
      const made = await network.createVpc(desired.cidr, desired.tags);
      if (!made.ok) return made;
      const { id, cidrs } = made.value;
      const outputs = { vpcId: id, cidrs: [...cidrs], since: toInstant(now()) };
      return ok({ event: `Created VPC ${id} with ${desired.cidr}`, outputs, lookAfterMs: 0 });
    }
    case 'tag': {
      const tagged = await network.tag([action.id], desired.tags);
      if (!tagged.ok) return tagged;
      return ok({ event: `Put the tags of VPC ${action.id} back`, lookAfterMs: 0 });
    }
    case 'dns': {
      const enabled = await together(action.attributes.map((name) => network.enableDns(action.id, name)));
      if (!enabled.ok) return enabled;
      return ok({ event: `Turned DNS on in VPC ${action.id}`, lookAfterMs: 0 });
    }
    case 'delete': {
      const deleted = await together(action.ids.map((id) => deleteVpc(network, id)));
      if (!deleted.ok) return deleted;
      const outputs = asked(desired.asked, action.ids, now());
      return ok({ event: `Deleted VPC ${listed(action.ids)}`, outputs, lookAfterMs: 0 });
    }
  }
}

/** A VPC that cannot go yet says what is in it. */
async function deleteVpc(network: NetworkPort, id: string): Promise<Result<void>> {
  const deleted = await network.deleteVpc(id);
  if (deleted.ok || deleted.error.code !== 'DependencyInUse') return deleted;
  const contents = await network.contentsOf(id);
  if (!contents.ok || contents.value.length === 0) return deleted;
  return fail({ ...deleted.error, message: `VPC ${id} still holds ${listed(contents.value)}.` });
}
