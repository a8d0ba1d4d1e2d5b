/** Which route tables are missing, lead astray or have to go. Pure. */
import type { Tags } from '../../../domain/cluster.ts';
import type { ClusterId } from '../../../domain/ids.ts';
import { act, done, type Plan, wait } from '../../../domain/plan.ts';
import type { EpochMs } from '../../../domain/time.ts';
import type { RouteTableSeen } from '../network/port.ts';
import { type Asked, hides, isHiding, keptOf, listed, type Recorded, toRemove } from '../network/recorded.ts';
import { SETTLING_LOOK_MS } from '../network/timing.ts';
import { ZONE_TAG } from '../tags.ts';

/** Key of the table of all public subnets; the others have their zone. */
export const PUBLIC = 'public';

export interface WantedTable {
  readonly key: string;
  /** Where 0.0.0.0/0 leads. */
  readonly targetId: string;
  readonly subnetIds: readonly string[];
  readonly tags: Tags;
}
export interface RoutesDesired {
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
export interface RoutesObserved {
  readonly atMs: EpochMs;
  readonly tables: readonly RouteTableSeen[];
}
export type RoutesAction =
  | { readonly kind: 'create'; readonly orders: readonly (WantedTable & { readonly attempt: number })[] }
  | {
      readonly kind: 'configure';
      readonly routes: readonly RouteChange[];
      readonly associations: readonly Missing[];
    }
  | { readonly kind: 'remove'; readonly tables: readonly RouteTableSeen[] };

interface RouteChange {
  readonly tableId: string;
  readonly targetId: string;
  readonly replace: boolean;
}
interface Missing {
  readonly tableId: string;
  readonly subnetId: string;
}
type RoutesPlan = Plan<RoutesAction>;

export function planRoutes(desired: RoutesDesired, observed: RoutesObserved, nowMs: EpochMs): RoutesPlan {
  return desired.deleting ? planRemoval(desired, observed, nowMs) : planPresence(desired, observed, nowMs);
}

export function keptTables(
  { wanted, recorded }: RoutesDesired,
  { tables }: RoutesObserved,
): ReadonlyMap<string, RouteTableSeen> {
  return new Map(
    wanted.flatMap(({ key }) => {
      const candidates = tables.filter(({ tags }) => (tags[ZONE_TAG] ?? PUBLIC) === key);
      const kept = keptOf(candidates, recorded.ids[key], ({ associations }) => associations.length > 0);
      return kept === undefined ? [] : [[key, kept] as const];
    }),
  );
}

function planPresence(desired: RoutesDesired, observed: RoutesObserved, nowMs: EpochMs): RoutesPlan {
  const at = { nowMs, speed: desired.speed };
  const kept = keptTables(desired, observed);
  const unseen = desired.wanted.filter(({ key }) => !kept.has(key));
  const missing = unseen.filter(
    ({ key }) => !hides(key, desired.recorded, observed.tables, desired.asked, at),
  );
  if (missing.length > 0) {
    const orders = missing.map((want) => ({ ...want, attempt: 1 + (desired.attempts[want.key] ?? 0) }));
    const message = `Creating route tables: ${listed(missing.map(({ key }) => key))}.`;
    return act({ kind: 'create', orders }, 'CreatingRoutes', { message });
  }
  const pairs = desired.wanted.flatMap((want) => {
    const table = kept.get(want.key);
    return table === undefined ? [] : [{ want, table }];
  });
  const routes = pairs.flatMap(({ want, table }) => routeChange(want, table));
  const associations = pairs.flatMap(({ want, table }) => missingAssociations(want, table));
  if (routes.length + associations.length > 0) {
    return act({ kind: 'configure', routes, associations }, 'CreatingRoutes');
  }
  const isMoving = pairs.some(({ table }) => table.associations.some(({ state }) => state === 'associating'));
  if (unseen.length > 0 || isMoving) return wait(SETTLING_LOOK_MS, 'CreatingRoutes');

  const keptIds = pairs.map(({ table }) => table.id);
  const idle = observed.tables.filter(
    ({ id, associations: used }) => !keptIds.includes(id) && used.length === 0,
  );
  const twins = toRemove(idle, desired.asked, at);
  if (twins.length > 0) return act({ kind: 'remove', tables: twins }, 'RemovingTwin');
  return done('RoutesReady');
}

function planRemoval(desired: RoutesDesired, { tables }: RoutesObserved, nowMs: EpochMs): RoutesPlan {
  const at = { nowMs, speed: desired.speed };
  const left = toRemove(tables, desired.asked, at);
  if (left.length > 0) return act({ kind: 'remove', tables: left }, 'DeletingRoutes');
  const isThere = tables.length > 0 || isHiding(desired.recorded, tables, desired.asked, at);
  return isThere ? wait(SETTLING_LOOK_MS, 'DeletingRoutes') : done('NetworkGone');
}

/** A blackhole leads to what is gone: it is replaced also by a target of the same id. */
function routeChange(
  { targetId }: WantedTable,
  { id, defaultRoute }: RouteTableSeen,
): readonly RouteChange[] {
  if (defaultRoute?.targetId === targetId && !defaultRoute.blackhole) return [];
  return [{ tableId: id, targetId, replace: defaultRoute !== undefined }];
}

function missingAssociations(
  { subnetIds }: WantedTable,
  { id, associations }: RouteTableSeen,
): readonly Missing[] {
  const there = associations.filter(({ state }) => state === 'associated' || state === 'associating');
  return subnetIds
    .filter((subnetId) => !there.some((one) => one.subnetId === subnetId))
    .map((subnetId) => ({ tableId: id, subnetId }));
}
