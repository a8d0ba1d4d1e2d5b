/**
 * Route tables: one for all public subnets, to the Internet gateway, and one per zone for its private subnet, to the
 * NAT gateway of the zone. Two steps of one kind, because NAT gateways come between them: one in a subnet without a
 * way to the Internet fails.
 */
import type { ClusterView } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import type { Acted, Step } from '../../../domain/plan.ts';
import { toInstant } from '../../../domain/time.ts';
import { awsConfig } from '../aws-config.ts';
import { clientToken, keyOf } from '../names.ts';
import type { SubnetRole } from '../network/cidr-plan.ts';
import type { NetworkContext, NetworkOptions } from '../network/context.ts';
import {
  byZoneOf,
  GATEWAY_STEP,
  NAT_STEP,
  numbersOf,
  PUBLIC_ROUTES_STEP,
  ROUTES_STEP,
  SUBNETS_STEP,
  subnetsOf,
  vpcOf,
  zonesOf,
} from '../network/outputs.ts';
import type { NetworkPort, RouteTableSeen } from '../network/port.ts';
import { asked, askedOf, listed, newlySeen, recordedIds } from '../network/recorded.ts';
import { together } from '../network/together.ts';
import { tagsFor, ZONE_TAG } from '../tags.ts';
import {
  keptTables,
  PUBLIC,
  planRoutes,
  type RoutesAction,
  type RoutesDesired,
  type RoutesObserved,
  type WantedTable,
} from './routes-plan.ts';

const STEPS = {
  public: {
    name: PUBLIC_ROUTES_STEP,
    title: 'Route the public subnets to the Internet gateway',
    after: [GATEWAY_STEP, SUBNETS_STEP],
  },
  private: {
    name: ROUTES_STEP,
    title: 'Route the private subnets to the NAT gateways',
    after: [NAT_STEP],
  },
} as const satisfies Record<SubnetRole, object>;

export function routesStep(
  role: SubnetRole,
  { speed }: NetworkOptions,
): Step<NetworkContext, RoutesDesired, RoutesObserved, RoutesAction> {
  return {
    ...STEPS[role],
    condition: 'CreatingInfrastructure',
    desired: (view) => desiredRoutes(view, role, speed),
    async observe({ network, now }, { cluster }) {
      const tables = await network.ownRouteTables(cluster.id);
      if (!tables.ok) return tables;
      const ours = tables.value.filter(({ tags }) => (tags[ZONE_TAG] === undefined) === (role === 'public'));
      return ok({ atMs: now(), tables: ours });
    },
    plan: planRoutes,
    act: actOnRoutes,
    read(desired, observed) {
      const kept = keptTables(desired, observed);
      const ids = Object.fromEntries([...kept].map(([key, { id }]) => [key, id]));
      return {
        outputs: newlySeen('tables', desired.recorded, ids, observed.atMs),
        resources: observed.tables.map(({ id, tags, associations }) => ({
          kind: 'AWS::EC2::RouteTable',
          id,
          name: tags.Name ?? id,
          role: `${role}-routes`,
          origin: 'created',
          ...(tags[ZONE_TAG] === undefined ? {} : { zone: tags[ZONE_TAG] }),
          state: associations.length === 0 ? 'unused' : 'associated',
        })),
      };
    },
  };
}

function desiredRoutes(view: ClusterView, role: SubnetRole, speed: number): RoutesDesired | undefined {
  if (awsConfig(view.spec).placement.mode === 'static') return undefined;
  const { name } = STEPS[role];
  return {
    cluster: { id: view.id, name: view.name },
    deleting: view.deleting,
    speed,
    vpcId: vpcOf(view)?.id ?? '',
    wanted: role === 'public' ? [publicTable(view)] : privateTables(view),
    recorded: recordedIds(view, name, 'tables'),
    attempts: numbersOf(view.outputs(name).attempts),
    asked: askedOf(view, name),
  };
}

function publicTable(view: ClusterView): WantedTable {
  const subnets = subnetsOf(view).public;
  return {
    key: PUBLIC,
    targetId: Object.values(byZoneOf(view.outputs(GATEWAY_STEP).gateways))[0] ?? '',
    subnetIds: zonesOf(view).flatMap((zone) => subnets[zone] ?? []),
    tags: tagsFor(view, 'rt', `${keyOf(view)}-rt-public`),
  };
}

function privateTables(view: ClusterView): readonly WantedTable[] {
  const subnets = subnetsOf(view).private;
  const gateways = byZoneOf(view.outputs(NAT_STEP).gateways);
  return zonesOf(view).map((zone) => ({
    key: zone,
    targetId: gateways[zone] ?? '',
    subnetIds: subnets[zone] === undefined ? [] : [subnets[zone]],
    tags: tagsFor(view, 'rt', `${keyOf(view)}-rt-private-${zone}`, { [ZONE_TAG]: zone }),
  }));
}

async function actOnRoutes(
  { network, now }: NetworkContext,
  desired: RoutesDesired,
  action: RoutesAction,
): Promise<Result<Acted>> {
  switch (action.kind) {
    case 'create': {
      const made = await together(
        action.orders.map(async ({ key, tags, attempt }) => {
          const token = clientToken(desired.cluster, 'rt', key, attempt, desired.vpcId);
          const table = await network.createRouteTable(desired.vpcId, token, tags);
          return table.ok ? ok({ key, id: table.value, attempt }) : table;
        }),
      );
      if (!made.ok) return made;
      const ids = Object.fromEntries(made.value.map(({ key, id }) => [key, id]));
      const attempts = Object.fromEntries(made.value.map(({ key, attempt }) => [key, attempt]));
      return ok({
        event: `Created route tables ${listed(Object.values(ids))}`,
        outputs: {
          tables: { ...desired.recorded.ids, ...ids },
          attempts: { ...desired.attempts, ...attempts },
          since: toInstant(now()),
        },
        lookAfterMs: 0,
      });
    }
    case 'configure': {
      const { routes, associations } = action;
      const written = await together([
        ...routes.map(({ tableId, targetId, replace }) => network.routeTo(tableId, targetId, { replace })),
        ...associations.map(({ tableId, subnetId }) => network.associate(tableId, subnetId)),
      ]);
      if (!written.ok) return written;
      return ok({
        event: `Set ${routes.length} routes and ${associations.length} associations`,
        lookAfterMs: 0,
      });
    }
    case 'remove': {
      const removed = await together(action.tables.map((table) => removeTable(network, table)));
      if (!removed.ok) return removed;
      return ok({
        event: `Deleted route tables ${listed(removed.value)}`,
        outputs: asked(desired.asked, removed.value, now()),
        lookAfterMs: 0,
      });
    }
  }
}

async function removeTable(
  network: NetworkPort,
  { id, associations }: RouteTableSeen,
): Promise<Result<string>> {
  const freed = await together(associations.map((association) => network.disassociate(association.id)));
  if (!freed.ok) return freed;
  const deleted = await network.deleteRouteTable(id);
  return deleted.ok ? ok(id) : deleted;
}
