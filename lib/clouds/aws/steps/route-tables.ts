/**
 * Route tables: one for all public subnets and one per zone for its private subnet. They need the VPC only, so they
 * are made beside the subnets; what they lead to comes with aws/public-routes and aws/routes.
 */
import type { ClusterView, Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import type { ClusterId } from '../../../domain/ids.ts';
import { type Acted, act, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { type EpochMs, toInstant } from '../../../domain/time.ts';
import { awsConfig } from '../aws-config.ts';
import { clientToken, keyOf } from '../names.ts';
import type { NetworkContext, NetworkOptions } from '../network/context.ts';
import { numbersOf, PUBLIC_TABLE, TABLES_STEP, VPC_STEP, vpcOf, zonesOf } from '../network/outputs.ts';
import type { NetworkPort, RouteTableSeen } from '../network/port.ts';
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

interface WantedTable {
  /** The zone, or PUBLIC_TABLE. */
  readonly key: string;
  readonly tags: Tags;
}
export interface TablesDesired {
  readonly cluster: { readonly id: ClusterId; readonly name: string };
  readonly deleting: boolean;
  readonly speed: number;
  readonly vpcId: string;
  readonly wanted: readonly WantedTable[];
  readonly recorded: Recorded;
  /** The last attempt that was answered, by key: its token is spent. */
  readonly attempts: Readonly<Record<string, number>>;
  readonly asked: Asked;
}
export interface TablesObserved {
  readonly atMs: EpochMs;
  readonly tables: readonly RouteTableSeen[];
}
export type TablesAction =
  | { readonly kind: 'create'; readonly orders: readonly (WantedTable & { readonly attempt: number })[] }
  | { readonly kind: 'remove'; readonly tables: readonly RouteTableSeen[] };

type TablesPlan = Plan<TablesAction>;

export function planTables(desired: TablesDesired, observed: TablesObserved, nowMs: EpochMs): TablesPlan {
  return desired.deleting ? planRemoval(desired, observed, nowMs) : planPresence(desired, observed, nowMs);
}

function planPresence(desired: TablesDesired, observed: TablesObserved, nowMs: EpochMs): TablesPlan {
  const at = { nowMs, speed: desired.speed };
  const kept = keptTables(desired, observed);
  const unseen = desired.wanted.filter(({ key }) => !kept.has(key));
  const missing = unseen.filter(
    ({ key }) => !hides(key, desired.recorded, observed.tables, desired.asked, at),
  );
  if (missing.length > 0) {
    const orders = missing.map((want) => ({ ...want, attempt: 1 + (desired.attempts[want.key] ?? 0) }));
    return act({ kind: 'create', orders }, 'CreatingRouteTables');
  }
  if (unseen.length > 0) return wait(SETTLING_LOOK_MS, 'CreatingRouteTables');

  const keptIds = [...kept.values()].map(({ id }) => id);
  const idle = observed.tables.filter(
    ({ id, associations }) => !keptIds.includes(id) && associations.length === 0,
  );
  const twins = toRemove(idle, desired.asked, at);
  if (twins.length > 0) return act({ kind: 'remove', tables: twins }, 'RemovingTwin');
  return done('RouteTablesReady');
}

function planRemoval(desired: TablesDesired, { tables }: TablesObserved, nowMs: EpochMs): TablesPlan {
  const at = { nowMs, speed: desired.speed };
  const left = toRemove(tables, desired.asked, at);
  if (left.length > 0) return act({ kind: 'remove', tables: left }, 'DeletingRouteTables');
  const isThere = tables.length > 0 || isHiding(desired.recorded, tables, desired.asked, at);
  return isThere ? wait(SETTLING_LOOK_MS, 'DeletingRouteTables') : done('NetworkGone');
}

function keptTables(
  { wanted, recorded }: TablesDesired,
  { tables }: TablesObserved,
): ReadonlyMap<string, RouteTableSeen> {
  return new Map(
    wanted.flatMap(({ key }) => {
      const candidates = tables.filter(({ tags }) => (tags[ZONE_TAG] ?? PUBLIC_TABLE) === key);
      const kept = keptOf(candidates, recorded.ids[key], ({ associations }) => associations.length > 0);
      return kept === undefined ? [] : [[key, kept] as const];
    }),
  );
}

export function routeTablesStep({
  speed,
}: NetworkOptions): Step<NetworkContext, TablesDesired, TablesObserved, TablesAction> {
  return {
    name: TABLES_STEP,
    title: 'Create the route tables',
    condition: 'CreatingInfrastructure',
    after: [VPC_STEP],
    desired: (view) => desiredTables(view, speed),
    async observe({ network, now }, { cluster }) {
      const tables = await network.ownRouteTables(cluster.id);
      return tables.ok ? ok({ atMs: now(), tables: tables.value }) : tables;
    },
    plan: planTables,
    act: actOnTables,
    read(desired, observed) {
      const kept = keptTables(desired, observed);
      const ids = Object.fromEntries([...kept].map(([key, { id }]) => [key, id]));
      return {
        outputs: newlySeen('tables', desired.recorded, ids, observed.atMs),
        resources: observed.tables.map(({ id, tags, associations }) => ({
          kind: 'AWS::EC2::RouteTable',
          id,
          name: tags.Name ?? id,
          role: 'route-table',
          origin: 'created',
          ...(tags[ZONE_TAG] === undefined ? {} : { zone: tags[ZONE_TAG] }),
          state: associations.length === 0 ? 'unused' : 'associated',
        })),
      };
    },
  };
}

function desiredTables(view: ClusterView, speed: number): TablesDesired | undefined {
  if (awsConfig(view.spec).placement.mode === 'static') return undefined;
  const key = keyOf(view);
  return {
    cluster: { id: view.id, name: view.name },
    deleting: view.deleting,
    speed,
    vpcId: vpcOf(view)?.id ?? '',
    wanted: [
      { key: PUBLIC_TABLE, tags: tagsFor(view, 'rt', `${key}-rt-public`) },
      ...zonesOf(view).map((zone) => ({
        key: zone,
        tags: tagsFor(view, 'rt', `${key}-rt-private-${zone}`, { [ZONE_TAG]: zone }),
      })),
    ],
    recorded: recordedIds(view, TABLES_STEP, 'tables'),
    attempts: numbersOf(view.outputs(TABLES_STEP).attempts),
    asked: askedOf(view, TABLES_STEP),
  };
}

async function actOnTables(
  { network, now }: NetworkContext,
  desired: TablesDesired,
  action: TablesAction,
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
