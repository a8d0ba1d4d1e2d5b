/**
 * Where subnets lead: the public ones to the Internet gateway, the private ones to the NAT gateway of their zone. Two
 * steps of one kind, because NAT gateways come between them: one in a subnet without a way to the Internet fails.
 */
import type { ClusterView } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { awsConfig } from '../aws-config.ts';
import type { SubnetRole } from '../network/cidr-plan.ts';
import type { NetworkContext } from '../network/context.ts';
import {
  byZoneOf,
  GATEWAY_STEP,
  NAT_STEP,
  PUBLIC_ROUTES_STEP,
  PUBLIC_TABLE,
  ROUTES_STEP,
  SUBNETS_STEP,
  subnetsOf,
  TABLES_STEP,
  zonesOf,
} from '../network/outputs.ts';
import type { RouteTableSeen } from '../network/port.ts';
import { SETTLING_LOOK_MS } from '../network/timing.ts';
import { together } from '../network/together.ts';
import { ZONE_TAG } from '../tags.ts';

export interface WantedRoute {
  readonly tableId: string;
  /** Where 0.0.0.0/0 leads. */
  readonly targetId: string;
  readonly subnetIds: readonly string[];
}
export interface RoutesDesired {
  readonly uid: string;
  readonly wanted: readonly WantedRoute[];
}
export interface RoutesObserved {
  readonly tables: readonly RouteTableSeen[];
}
interface RouteChange {
  readonly tableId: string;
  readonly targetId: string;
  readonly replace: boolean;
}
interface MissingAssociation {
  readonly tableId: string;
  readonly subnetId: string;
}
export interface RoutesAction {
  readonly routes: readonly RouteChange[];
  readonly associations: readonly MissingAssociation[];
}

type RoutesPlan = Plan<RoutesAction>;

const STEPS = {
  public: {
    name: PUBLIC_ROUTES_STEP,
    title: 'Route the public subnets to the Internet gateway',
    after: [TABLES_STEP, GATEWAY_STEP, SUBNETS_STEP],
  },
  private: {
    name: ROUTES_STEP,
    title: 'Route the private subnets to the NAT gateways',
    after: [NAT_STEP],
  },
} as const satisfies Record<SubnetRole, object>;

export function planRoutes({ wanted }: RoutesDesired, { tables }: RoutesObserved): RoutesPlan {
  const pairs = wanted.flatMap((want) => {
    const table = tables.find(({ id }) => id === want.tableId);
    return table === undefined ? [] : [{ want, table }];
  });
  const routes = pairs.flatMap(({ want, table }) => routeChange(want, table));
  const associations = pairs.flatMap(({ want, table }) => missingAssociations(want, table));
  if (routes.length + associations.length > 0) {
    return act({ routes, associations }, 'SettingRoutes');
  }
  const isMoving = pairs.some(({ table }) => table.associations.some(({ state }) => state === 'associating'));
  // A table that was recorded and is not listed shows up, or aws/route-tables makes another one.
  if (isMoving || pairs.length < wanted.length) return wait(SETTLING_LOOK_MS, 'SettingRoutes');
  return done('RoutesReady');
}

/** A blackhole leads to what is gone: it is replaced also by a target of the same id. */
function routeChange(
  { targetId }: WantedRoute,
  { id, defaultRoute }: RouteTableSeen,
): readonly RouteChange[] {
  if (defaultRoute?.targetId === targetId && !defaultRoute.blackhole) return [];
  return [{ tableId: id, targetId, replace: defaultRoute !== undefined }];
}

function missingAssociations(
  { subnetIds }: WantedRoute,
  { id, associations }: RouteTableSeen,
): readonly MissingAssociation[] {
  const there = associations.filter(({ state }) => state === 'associated' || state === 'associating');
  return subnetIds
    .filter((subnetId) => !there.some((one) => one.subnetId === subnetId))
    .map((subnetId) => ({ tableId: id, subnetId }));
}

export function routesStep(
  role: SubnetRole,
): Step<NetworkContext, RoutesDesired, RoutesObserved, RoutesAction> {
  return {
    ...STEPS[role],
    condition: 'CreatingInfrastructure',
    desired: (view) => desiredRoutes(view, role),
    async observe({ network }, { uid }) {
      const tables = await network.ownRouteTables(uid);
      if (!tables.ok) return tables;
      return ok({
        tables: tables.value.filter(({ tags }) => (tags[ZONE_TAG] === undefined) === (role === 'public')),
      });
    },
    plan: planRoutes,
    async act({ network }, _desired, { routes, associations }): Promise<Result<Acted>> {
      const written = await together([
        ...routes.map(({ tableId, targetId, replace }) => network.routeTo(tableId, targetId, { replace })),
        ...associations.map(({ tableId, subnetId }) => network.associate(tableId, subnetId)),
      ]);
      if (!written.ok) return written;
      return ok({
        event: `Set ${routes.length} routes for ${associations.length} subnets`,
        lookAfterMs: 0,
      });
    },
  };
}

/** While deleting there is nothing to do: a subnet takes its association along, and a table its routes. */
function desiredRoutes(view: ClusterView, role: SubnetRole): RoutesDesired | undefined {
  if (view.deleting || awsConfig(view.spec).placement.mode === 'static') return undefined;
  return { uid: view.id, wanted: role === 'public' ? [publicRoute(view)] : privateRoutes(view) };
}

function publicRoute(view: ClusterView): WantedRoute {
  const subnets = subnetsOf(view).public;
  return {
    tableId: byZoneOf(view.outputs(TABLES_STEP).tables)[PUBLIC_TABLE] ?? '',
    targetId: Object.values(byZoneOf(view.outputs(GATEWAY_STEP).gateways))[0] ?? '',
    subnetIds: zonesOf(view).flatMap((zone) => subnets[zone] ?? []),
  };
}

function privateRoutes(view: ClusterView): readonly WantedRoute[] {
  const subnets = subnetsOf(view).private;
  const gateways = byZoneOf(view.outputs(NAT_STEP).gateways);
  const tables = byZoneOf(view.outputs(TABLES_STEP).tables);
  return zonesOf(view).map((zone) => ({
    tableId: tables[zone] ?? '',
    targetId: gateways[zone] ?? '',
    subnetIds: subnets[zone] === undefined ? [] : [subnets[zone]],
  }));
}
