/**
 * A public and a private subnet in each zone, all missing ones in one act. Public subnets give no public addresses by
 * themselves: what needs one asks for it. While deleting they go once nothing lies in them.
 */
import type { ClusterView, JsonObject, StepRecord } from '../../../domain/cluster.ts';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import type { Acted, Step } from '../../../domain/plan.ts';
import { type Instant, toInstant } from '../../../domain/time.ts';
import { keyOf } from '../names.ts';
import type { SubnetRole } from '../network/cidr-plan.ts';
import type { NetworkContext, NetworkOptions } from '../network/context.ts';
import {
  numbersOf,
  SUBNETS_STEP,
  subnetsOf,
  TABLES_STEP,
  textOf,
  VPC_STEP,
  vpcOf,
  zonesOf,
} from '../network/outputs.ts';
import type { NetworkPort } from '../network/port.ts';
import { asked, askedOf, listed, type Recorded } from '../network/recorded.ts';
import { together } from '../network/together.ts';
import { kubernetesTag, ROLE_TAG, tagsFor, ZONE_TAG } from '../tags.ts';
import { BALANCER_TAGS } from './static-placement.ts';
import {
  named,
  placed,
  planSubnets,
  REMAIN,
  type SubnetsAction,
  type SubnetsDesired,
  type SubnetsObserved,
  slotsOf,
  subnetKey,
  WAITING,
  type WantedSubnet,
} from './subnets-plan.ts';

const ROLES: readonly SubnetRole[] = ['public', 'private'];
export function subnetsStep({
  speed,
}: NetworkOptions): Step<NetworkContext, SubnetsDesired, SubnetsObserved, SubnetsAction> {
  return {
    name: SUBNETS_STEP,
    title: 'Create the subnets',
    condition: 'CreatingInfrastructure',
    // Not for their making: subnets go before the tables, so that associations go with them.
    after: [VPC_STEP, TABLES_STEP],
    desired: (view) => desiredSubnets(view, speed),
    observe: (ctx, desired) => (desired.deleting ? observeLeft(ctx, desired) : observeWanted(ctx, desired)),
    plan: planSubnets,
    act: actOnSubnets,
    read(desired, observed) {
      const all = placed(desired, observed);
      const seen = all.flatMap(({ want, seen: subnet }) =>
        subnet ? [[subnetKey(want), subnet.id] as const] : [],
      );
      const slots = slotsOf(desired, observed.zones);
      return {
        outputs: {
          ...(desired.deleting ? {} : freshOutputs(desired, seen, toInstant(observed.atMs))),
          ...(slots.kind === 'planned' && !desired.deleting ? { slots: slots.slots } : {}),
        },
        resources: observed.subnets.flatMap(({ id, zone, state, tags }) => {
          const want = all.find((one) => one.seen?.id === id)?.want;
          const role = want?.role ?? tags[ROLE_TAG];
          if (role === undefined) return [];
          const name = tags.Name ?? id;
          return [
            { kind: 'AWS::EC2::Subnet', id, name, role: `${role}-subnet`, origin: 'created', zone, state },
          ];
        }),
      };
    },
  };
}

function desiredSubnets(view: ClusterView, speed: number): SubnetsDesired {
  const vpc = vpcOf(view);
  const outputs = view.outputs(SUBNETS_STEP);
  const since = textOf(outputs.since);
  const waitingSince = waitsSince(view.record(SUBNETS_STEP));
  const { public: open, private: closed } = subnetsOf(view);
  const ids = [
    ...Object.entries(open).map(([zone, id]) => [subnetKey({ role: 'public', zone }), id] as const),
    ...Object.entries(closed).map(([zone, id]) => [subnetKey({ role: 'private', zone }), id] as const),
  ];
  return {
    uid: view.id,
    deleting: view.deleting,
    speed,
    vpcId: vpc?.id ?? '',
    vpcCidr: vpc?.cidrs[0] ?? '',
    wanted: zonesOf(view).flatMap((zone) => ROLES.map((role) => wantedSubnet(view, role, zone))),
    slots: numbersOf(outputs.slots),
    recorded: { ids: Object.fromEntries(ids), ...(since === undefined ? {} : { since }) },
    asked: askedOf(view, SUBNETS_STEP),
    ...(view.deleting && waitingSince !== undefined ? { waitingSince } : {}),
  };
}

function wantedSubnet(view: ClusterView, role: SubnetRole, zone: string): WantedSubnet {
  const tags = tagsFor(view, role, `${keyOf(view)}-subnet-${role}-${zone}`, {
    [ZONE_TAG]: zone,
    [kubernetesTag(view)]: 'owned',
    [BALANCER_TAGS[role]]: '1',
  });
  return { role, zone, tags };
}

/** The record's reason is the memory of what the step waits for; once it is blocked by it, it stays so. */
function waitsSince(record: StepRecord | undefined): Instant | undefined {
  if (record?.reason === WAITING) return record.changedAt;
  return record?.reason === REMAIN ? toInstant(0) : undefined;
}

async function observeWanted(
  { network, now }: NetworkContext,
  desired: SubnetsDesired,
): Promise<Result<SubnetsObserved>> {
  const isNew = desired.wanted.some(({ zone }) => desired.slots[zone] === undefined);
  const [subnets, zones] = await Promise.all([
    network.subnetsIn(desired.vpcId),
    isNew ? network.zones() : ok([]),
  ]);
  if (!subnets.ok) return subnets;
  if (!zones.ok) return zones;
  return ok({ atMs: now(), subnets: subnets.value, zones: zones.value, interfaces: [] });
}

async function observeLeft(
  { network, now }: NetworkContext,
  { uid }: SubnetsDesired,
): Promise<Result<SubnetsObserved>> {
  const subnets = await network.ownSubnets(uid);
  if (!subnets.ok) return subnets;
  const ids = subnets.value.map(({ id }) => id);
  const interfaces = ids.length === 0 ? ok([]) : await network.interfacesIn(ids);
  if (!interfaces.ok) return interfaces;
  return ok({ atMs: now(), subnets: subnets.value, zones: [], interfaces: interfaces.value });
}

async function actOnSubnets(
  { network, now }: NetworkContext,
  desired: SubnetsDesired,
  action: SubnetsAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'create': {
      const made = await together(
        action.subnets.map(async ({ cidr, ...want }) => {
          const subnet = await network.createSubnet({
            vpcId: desired.vpcId,
            zone: want.zone,
            cidr,
            tags: want.tags,
          });
          return subnet.ok ? ok([subnetKey(want), subnet.value] as const) : subnet;
        }),
      );
      if (!made.ok) return made;
      const zones = listed(action.subnets.map(({ zone }) => zone));
      const outputs = freshOutputs(desired, made.value, toInstant(now()));
      return ok({ event: `Created ${made.value.length} subnets in ${zones}`, outputs, lookAfterMs: 0 });
    }
    case 'tag': {
      const tagged = await together(action.subnets.map(({ id, tags }) => network.tag([id], tags)));
      if (!tagged.ok) return tagged;
      return ok({
        event: `Put the tags of ${listed(action.subnets.map(({ id }) => id))} back`,
        lookAfterMs: 0,
      });
    }
    case 'delete': {
      const deleted = await together(action.ids.map((id) => deleteSubnet(network, id)));
      if (!deleted.ok) return deleted;
      const outputs = asked(desired.asked, deleted.value, now());
      return ok({ event: `Deleted ${deleted.value.length} subnets`, outputs, lookAfterMs: 0 });
    }
  }
}

/** A subnet that cannot go yet says what lies in it. */
async function deleteSubnet(network: NetworkPort, id: string): Promise<Result<string>> {
  const deleted = await network.deleteSubnet(id);
  if (deleted.ok) return ok(id);
  if (deleted.error.code !== 'DependencyInUse') return deleted;
  const interfaces = await network.interfacesIn([id]);
  if (!interfaces.ok || interfaces.value.length === 0) return deleted;
  const names = listed(interfaces.value.map(named));
  return fail({ ...deleted.error, message: `Subnet ${id} still holds network interfaces: ${names}.` });
}

/** Outputs for ids that are not recorded yet. */
function freshOutputs(
  { recorded }: { readonly recorded: Recorded },
  made: readonly (readonly [string, string])[],
  since: Instant,
): JsonObject {
  const fresh = made.filter(([key, id]) => recorded.ids[key] !== id);
  if (fresh.length === 0) return {};
  const ids = { ...recorded.ids, ...Object.fromEntries(fresh) };
  const byZone = (role: SubnetRole) =>
    Object.fromEntries(
      Object.entries(ids).flatMap(([key, id]) =>
        key.startsWith(`${role}/`) ? [[key.slice(role.length + 1), id]] : [],
      ),
    );
  return { public: byZone('public'), private: byZone('private'), since };
}
