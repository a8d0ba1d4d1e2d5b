/**
 * One NAT gateway per zone, in its public subnet: the way out of the private subnets, zone by zone, so that the loss of
 * a zone stays its own. One that failed is shown, deleted, and made again with a new token.
 */
import type { ClusterView } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import type { Acted, Step } from '../../../domain/plan.ts';
import { toInstant } from '../../../domain/time.ts';
import { awsConfig } from '../aws-config.ts';
import { clientToken, keyOf } from '../names.ts';
import type { NetworkContext, NetworkOptions } from '../network/context.ts';
import {
  ADDRESSES_STEP,
  byZoneOf,
  NAT_STEP,
  numbersOf,
  PUBLIC_ROUTES_STEP,
  subnetsOf,
  zonesOf,
} from '../network/outputs.ts';
import { asked, askedOf, listed, newlySeen, recordedIds } from '../network/recorded.ts';
import { NAT_FIRST_LOOK_MS, NAT_GOING_FIRST_LOOK_MS } from '../network/timing.ts';
import { together } from '../network/together.ts';
import { ATTEMPT_TAG, tagsFor, ZONE_TAG } from '../tags.ts';
import {
  FAILED,
  keptNats,
  type NatAction,
  type NatDesired,
  type NatObserved,
  type NatOrder,
  planNatGateways,
} from './nat-gateways-plan.ts';

export function natGatewaysStep({
  speed,
}: NetworkOptions): Step<NetworkContext, NatDesired, NatObserved, NatAction> {
  return {
    name: NAT_STEP,
    title: 'Create the NAT gateways',
    condition: 'CreatingInfrastructure',
    after: [ADDRESSES_STEP, PUBLIC_ROUTES_STEP],
    desired: (view) => desiredNats(view, speed),
    async observe({ network, now }, { cluster }) {
      const gateways = await network.ownNatGateways(cluster.id);
      return gateways.ok ? ok({ atMs: now(), gateways: gateways.value }) : gateways;
    },
    plan: planNatGateways,
    act: actOnNats,
    read(desired, observed) {
      const kept = keptNats(desired, observed);
      const ids = Object.fromEntries([...kept].map(([zone, { id }]) => [zone, id]));
      return {
        outputs: newlySeen('gateways', desired.recorded, ids, observed.atMs),
        resources: observed.gateways
          .filter(({ state }) => state !== 'deleted')
          .map(({ id, state, tags }) => ({
            kind: 'AWS::EC2::NatGateway',
            id,
            name: tags.Name ?? id,
            role: 'nat-gateway',
            origin: 'created',
            ...(tags[ZONE_TAG] === undefined ? {} : { zone: tags[ZONE_TAG] }),
            state,
          })),
      };
    },
  };
}

function desiredNats(view: ClusterView, speed: number): NatDesired | undefined {
  if (awsConfig(view.spec).placement.mode === 'static') return undefined;
  const subnets = subnetsOf(view).public;
  const allocations = byZoneOf(view.outputs(ADDRESSES_STEP).allocations);
  return {
    cluster: { id: view.id, name: view.name },
    deleting: view.deleting,
    speed,
    wanted: zonesOf(view).map((zone) => ({
      zone,
      subnetId: subnets[zone] ?? '',
      allocationId: allocations[zone] ?? '',
      tags: tagsFor(view, 'nat', `${keyOf(view)}-nat-${zone}`, { [ZONE_TAG]: zone }),
    })),
    recorded: recordedIds(view, NAT_STEP, 'gateways'),
    attempts: numbersOf(view.outputs(NAT_STEP).attempts),
    asked: askedOf(view, NAT_STEP),
    isFailureShown: view.record(NAT_STEP)?.reason === FAILED,
  };
}

async function actOnNats(
  ctx: NetworkContext,
  desired: NatDesired,
  action: NatAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'create': {
      const made = await together(action.orders.map((order) => createNat(ctx, desired, order)));
      if (!made.ok) return made;
      const ids = Object.fromEntries(made.value.map(({ zone, id }) => [zone, id]));
      const attempts = Object.fromEntries(made.value.map(({ zone, attempt }) => [zone, attempt]));
      return ok({
        event: `Asked for NAT gateways in ${listed(made.value.map(({ zone }) => zone))}`,
        outputs: {
          gateways: { ...desired.recorded.ids, ...ids },
          attempts: { ...desired.attempts, ...attempts },
          since: toInstant(ctx.now()),
        },
        lookAfterMs: made.value.length === action.orders.length ? NAT_FIRST_LOOK_MS : 0,
      });
    }
    case 'delete': {
      const deleted = await together(
        action.ids.map(async (id) => {
          const gone = await ctx.network.deleteNatGateway(id);
          return gone.ok ? ok(id) : gone;
        }),
      );
      if (!deleted.ok) return deleted;
      return ok({
        event: `Asked to delete NAT gateways ${listed(deleted.value)}`,
        outputs: asked(desired.asked, deleted.value, ctx.now()),
        lookAfterMs: NAT_GOING_FIRST_LOOK_MS,
      });
    }
  }
}

/** The token fits these parameters only: another subnet or address is another gateway. */
async function createNat(
  { network }: NetworkContext,
  { cluster }: NatDesired,
  { zone, subnetId, allocationId, tags, attempt }: NatOrder,
): Promise<Result<{ readonly zone: string; readonly id: string; readonly attempt: number }>> {
  const made = await network.createNatGateway({
    subnetId,
    allocationId,
    token: clientToken(cluster, 'nat', zone, attempt, subnetId, allocationId),
    tags: { ...tags, [ATTEMPT_TAG]: String(attempt) },
  });
  return made.ok ? ok({ zone, id: made.value, attempt }) : made;
}
