/**
 * The VPC's Internet gateway, found by its tag and not by its attachment: one that was made and never attached would be
 * lost otherwise. CreateInternetGateway knows no token, so it is claimed.
 */
import type { ClusterView, Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { type EpochMs, toInstant } from '../../../domain/time.ts';
import { awsConfig } from '../aws-config.ts';
import { keyOf } from '../names.ts';
import type { NetworkContext, NetworkOptions } from '../network/context.ts';
import { GATEWAY_STEP, VPC_STEP, vpcOf } from '../network/outputs.ts';
import type { GatewaySeen } from '../network/port.ts';
import {
  type Asked,
  asked,
  askedOf,
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
import { tagsFor } from '../tags.ts';

const CLAIM = 'gateway';
/** The one key of the recorded ids. */
const ID = 'gateway';
/** EC2 calls an attached Internet gateway `available`; the documented word is `attached`. */
const ATTACHED: readonly string[] = ['available', 'attached'];

export interface GatewayDesired {
  readonly uid: string;
  readonly name: string;
  readonly deleting: boolean;
  readonly speed: number;
  /** Empty only before there is one, when nothing is planned yet. */
  readonly vpcId: string;
  readonly tags: Tags;
  readonly recorded: Recorded;
  readonly asked: Asked;
}
export interface GatewayObserved {
  readonly atMs: EpochMs;
  readonly gateways: readonly GatewaySeen[];
}
interface Attachment {
  readonly id: string;
  readonly vpcId: string;
}
export type GatewayAction =
  | { readonly kind: 'create' }
  | { readonly kind: 'attach'; readonly id: string }
  | { readonly kind: 'detach'; readonly attachments: readonly Attachment[] }
  | { readonly kind: 'delete'; readonly ids: readonly string[] };

type GatewayPlan = Plan<GatewayAction>;

export function planGateway(desired: GatewayDesired, observed: GatewayObserved, nowMs: EpochMs): GatewayPlan {
  return desired.deleting ? planRemoval(desired, observed, nowMs) : planPresence(desired, observed, nowMs);
}

function planPresence(desired: GatewayDesired, observed: GatewayObserved, nowMs: EpochMs): GatewayPlan {
  const { vpcId, recorded, speed } = desired;
  const kept = keptGateway(desired, observed);
  if (!kept) {
    if (isHiding(recorded, observed.gateways, desired.asked, { nowMs, speed })) {
      return wait(SETTLING_LOOK_MS, 'CreatingInternetGateway');
    }
    return act({ kind: 'create' }, 'CreatingInternetGateway', { claim: CLAIM });
  }
  const attachment = kept.attachments.find((one) => one.vpcId === vpcId);
  if (!attachment) return act({ kind: 'attach', id: kept.id }, 'AttachingInternetGateway');
  if (!ATTACHED.includes(attachment.state)) return wait(SETTLING_LOOK_MS, 'AttachingInternetGateway');

  const idle = observed.gateways.filter(({ id, attachments }) => id !== kept.id && attachments.length === 0);
  const twins = toRemove(idle, desired.asked, { nowMs, speed }).map(({ id }) => id);
  if (twins.length > 0) return act({ kind: 'delete', ids: twins }, 'RemovingTwin');
  return done('InternetGatewayReady');
}

function planRemoval(desired: GatewayDesired, { gateways }: GatewayObserved, nowMs: EpochMs): GatewayPlan {
  const at = { nowMs, speed: desired.speed };
  const left = toRemove(gateways, desired.asked, at);
  const attachments = left.flatMap(({ id, attachments: all }) => all.map(({ vpcId }) => ({ id, vpcId })));
  if (attachments.length > 0) return act({ kind: 'detach', attachments }, 'DeletingInternetGateway');
  if (left.length > 0) {
    return act({ kind: 'delete', ids: left.map(({ id }) => id) }, 'DeletingInternetGateway');
  }
  const isThere = gateways.length > 0 || isHiding(desired.recorded, gateways, desired.asked, at);
  return isThere ? wait(SETTLING_LOOK_MS, 'DeletingInternetGateway') : done('NetworkGone');
}

function keptGateway(
  { recorded, vpcId }: GatewayDesired,
  { gateways }: GatewayObserved,
): GatewaySeen | undefined {
  return keptOf(gateways, recorded.ids[ID], ({ attachments }) =>
    attachments.some((one) => one.vpcId === vpcId),
  );
}

export function gatewayStep({
  speed,
}: NetworkOptions): Step<NetworkContext, GatewayDesired, GatewayObserved, GatewayAction> {
  return {
    name: GATEWAY_STEP,
    title: 'Create the Internet gateway',
    condition: 'CreatingInfrastructure',
    after: [VPC_STEP],
    desired: (view) => desiredGateway(view, speed),
    async observe({ network, now }, desired) {
      const gateways = await network.ownGateways(desired.uid);
      return gateways.ok ? ok({ atMs: now(), gateways: gateways.value }) : gateways;
    },
    plan: planGateway,
    act: actOnGateway,
    read(desired, observed) {
      const kept = keptGateway(desired, observed);
      return {
        ...(kept === undefined
          ? {}
          : {
              outputs: newlySeen('gateways', desired.recorded, { [ID]: kept.id }, observed.atMs),
              found: [CLAIM],
            }),
        resources: observed.gateways.map(({ id, attachments }) => ({
          kind: 'AWS::EC2::InternetGateway',
          id,
          name: desired.name,
          role: 'internet-gateway',
          origin: 'created',
          state: attachments[0]?.state ?? 'detached',
        })),
      };
    },
  };
}

function desiredGateway(view: ClusterView, speed: number): GatewayDesired | undefined {
  if (awsConfig(view.spec).placement.mode === 'static') return undefined;
  const name = `${keyOf(view)}-igw`;
  return {
    uid: view.id,
    name,
    deleting: view.deleting,
    speed,
    vpcId: vpcOf(view)?.id ?? '',
    tags: tagsFor(view, 'igw', name),
    recorded: recordedIds(view, GATEWAY_STEP, 'gateways'),
    asked: askedOf(view, GATEWAY_STEP),
  };
}

async function actOnGateway(
  { network, now }: NetworkContext,
  desired: GatewayDesired,
  action: GatewayAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'create': {
      const made = await network.createGateway(desired.tags);
      if (!made.ok) return made;
      const outputs = { gateways: { [ID]: made.value }, since: toInstant(now()) };
      return ok({ event: `Created Internet gateway ${made.value}`, outputs, lookAfterMs: 0 });
    }
    case 'attach': {
      const attached = await network.attachGateway(action.id, desired.vpcId);
      if (!attached.ok) return attached;
      return ok({ event: `Attached Internet gateway ${action.id} to ${desired.vpcId}`, lookAfterMs: 0 });
    }
    case 'detach': {
      const detached = await together(
        action.attachments.map(({ id, vpcId }) => network.detachGateway(id, vpcId)),
      );
      if (!detached.ok) return detached;
      const ids = action.attachments.map(({ id }) => id);
      return ok({ event: `Detached Internet gateway ${listed(ids)}`, lookAfterMs: 0 });
    }
    case 'delete': {
      const deleted = await together(action.ids.map((id) => network.deleteGateway(id)));
      if (!deleted.ok) return deleted;
      const outputs = asked(desired.asked, action.ids, now());
      return ok({ event: `Deleted Internet gateway ${listed(action.ids)}`, outputs, lookAfterMs: 0 });
    }
  }
}
