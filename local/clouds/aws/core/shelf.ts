/**
 * The store of one kind of EC2 resource. Operations read it in two ways: as it is (limits, dependencies), and as a single
 * reader sees it (describes and every reference in a request), which eventual consistency makes different things.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Table } from '../../kit/records.ts';
import { type Call, type Place, placeKey, samePlace } from './call.ts';
import { AwsFault } from './fault.ts';
import { applyFilters, type Filter, type FilterTable } from './filters.ts';
import { isId } from './ids.ts';
import { checkMaxResults, type Page, pageOf } from './paging.ts';
import type { Tags } from './tags.ts';
import type { InventoryItem, Target } from './target.ts';
import { schedule } from './timeline.ts';
import { sees, settledAfterMs } from './visibility.ts';
import type { World } from './world.ts';

/** What every EC2 resource has. */
export interface Resource extends Place {
  readonly id: string;
  readonly createdAt: EpochMs;
  readonly tags: Tags;
  /** When the tags were last changed: they are seen later than the resource. */
  readonly taggedAt: EpochMs;
  /** Gone; kept for readers that still see it. */
  readonly deletedAt?: EpochMs;
}

/** What it takes to store a kind of resource. */
export interface StoredKind<R extends Resource> {
  /** The name of its table, and what tag specifications call it: `vpc`. */
  readonly type: string;
  readonly filters: FilterTable<R>;
}

export interface Kind<R extends Resource> extends StoredKind<R> {
  /** Of ids. */
  readonly prefix: string;
  /** `AWS::EC2::VPC`; absent: of no interest to the inventory. */
  readonly cloudType?: string;
  readonly notFound: string;
  readonly malformed: string;
  /** In messages: `vpc ID`. */
  readonly words: string;
  /** State for the inventory, `available` when absent. Undefined: not listed there (the default group of a VPC). */
  readonly listedAs?: (world: World, resource: R) => string | undefined;
}

const tableOf = <R extends Resource>(world: World, kind: StoredKind<R>): Table<R> =>
  world.records.table<R>(kind.type, placeKey);

/** As it is: of the place, without deleted ones. */
export const allOf = <R extends Resource>(world: World, kind: StoredKind<R>, place: Place): readonly R[] =>
  tableOf(world, kind)
    .inGroup(placeKey(place))
    .filter(({ deletedAt }) => deletedAt === undefined);

/** As it is: of all accounts and regions, without deleted ones. */
export const everywhere = <R extends Resource>(world: World, kind: StoredKind<R>): readonly R[] =>
  tableOf(world, kind)
    .values()
    .filter(({ deletedAt }) => deletedAt === undefined);

/** As it is. Undefined: there is none of that id, or not any more. */
export function peek<R extends Resource>(world: World, kind: StoredKind<R>, id: string): R | undefined {
  const found = tableOf(world, kind).get(id);
  return found?.deletedAt === undefined ? found : undefined;
}

/** For what references within the world say must be there. */
export function must<R extends Resource>(world: World, kind: Kind<R>, id: string): R {
  const found = peek(world, kind, id);
  if (!found) throw new Error(`There is no ${kind.words} ${id}`);
  return found;
}

export function put<R extends Resource>(world: World, kind: StoredKind<R>, resource: R): void {
  tableOf(world, kind).put(resource.id, resource);
}

/** Gone for every reader at once. */
export function drop<R extends Resource>(world: World, kind: StoredKind<R>, id: string): void {
  tableOf(world, kind).delete(id);
}

/** On the timeline: handled by the core. */
export const FORGET = 'forget';

/** It is gone from now on; some readers see it for a while. */
export function retire<R extends Resource>(world: World, kind: Kind<R>, resource: R, at: EpochMs): void {
  put(world, kind, { ...resource, deletedAt: at });
  schedule(world, FORGET, `${kind.type}/${resource.id}`, at + settledAfterMs(world));
}

/** As one reader sees it: the resource with the tags that are seen by now, or undefined. */
export function seen<R extends Resource>(world: World, call: Call, resource: R): R | undefined {
  if (!samePlace(resource, call)) return undefined;
  if (resource.deletedAt !== undefined && sees(world, call, `end of ${resource.id}`, resource.deletedAt))
    return undefined;
  if (!sees(world, call, resource.id, resource.createdAt)) return undefined;
  // Tags given on creation appear with delay; a later change is seen at once, or a retag would hide them all.
  const hasTags =
    resource.taggedAt > resource.createdAt || sees(world, call, `tags of ${resource.id}`, resource.taggedAt);
  return hasTags ? resource : { ...resource, tags: {} };
}

/** What a request refers to. Throws Malformed for what is no id, NotFound for what this reader does not see. */
export function find<R extends Resource>(world: World, call: Call, kind: Kind<R>, id: string): R {
  if (!isId(kind.prefix, id))
    throw new AwsFault(kind.malformed, `Invalid id: "${id}" (expecting "${kind.prefix}-...")`);
  const found = tableOf(world, kind).get(id);
  // What is being described may be stale; what is built upon must still be there.
  if (!found || found.deletedAt !== undefined || !seen(world, call, found)) throw notFound(kind, [id]);
  return found;
}

export const notFound = <R extends Resource>(
  { notFound: code, words }: Kind<R>,
  ids: readonly string[],
): AwsFault =>
  new AwsFault(
    code,
    ids.length === 1
      ? `The ${words} '${ids[0]}' does not exist`
      : `The ${words}s '${ids.join(', ')}' do not exist`,
  );

export interface Question {
  readonly ids: readonly string[];
  readonly Filter: readonly Filter[];
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A describe operation: by ids (all must be there), by filters, page by page. */
export function describe<R extends Resource>(
  world: World,
  call: Call,
  kind: Kind<R>,
  { ids, Filter, MaxResults, NextToken }: Question,
): Page<R> {
  checkMaxResults(MaxResults);
  const named = ids.length > 0 ? byIds(world, call, kind, ids) : everySeen(world, call, kind);
  const fitting = applyFilters(named, Filter, kind.filters, ({ tags }) => tags);
  return pageOf(call, fitting, { size: MaxResults, token: NextToken, question: [ids, Filter] });
}

function everySeen<R extends Resource>(world: World, call: Call, kind: Kind<R>): readonly R[] {
  return tableOf(world, kind)
    .inGroup(placeKey(call))
    .flatMap((resource) => seen(world, call, resource) ?? []);
}

function byIds<R extends Resource>(
  world: World,
  call: Call,
  kind: Kind<R>,
  ids: readonly string[],
): readonly R[] {
  const bad = ids.find((id) => !isId(kind.prefix, id));
  if (bad !== undefined)
    throw new AwsFault(kind.malformed, `Invalid id: "${bad}" (expecting "${kind.prefix}-...")`);
  const table = tableOf(world, kind);
  const found = [...new Set(ids)].map((id) => {
    const resource = table.get(id);
    return { id, resource: resource && seen(world, call, resource) };
  });
  const absent = found.filter(({ resource }) => !resource).map(({ id }) => id);
  if (absent.length > 0) throw notFound(kind, absent);
  return found.flatMap(({ resource }) => resource ?? []);
}

/** The members that a fresh resource starts with. */
export const born = (call: Call, id: string, tags: Tags): Resource => ({
  id,
  account: call.account,
  region: call.region,
  createdAt: call.nowMs,
  tags,
  taggedAt: call.nowMs,
});

/** The kind as tags and the inventory see it. */
export const targetOf = <R extends Resource>(kind: Kind<R>): Target => ({
  prefix: kind.prefix,
  type: kind.type,
  notFound: kind.notFound,
  all: (world, place) => allOf(world, kind, place),
  retag(world, call, id, change) {
    const found = peek(world, kind, id);
    if (!found || !seen(world, call, found)) return false;
    put(world, kind, { ...found, tags: change(found.tags), taggedAt: call.nowMs });
    return true;
  },
  inventory: (world) =>
    tableOf(world, kind)
      .values()
      .filter(({ deletedAt }) => deletedAt === undefined)
      .flatMap((resource) => inventoryItem(world, kind, resource)),
  forget: (world, id) => tableOf(world, kind).delete(id),
});

function inventoryItem<R extends Resource>(
  world: World,
  kind: Kind<R>,
  resource: R,
): readonly InventoryItem[] {
  const { cloudType, listedAs } = kind;
  const state = listedAs ? listedAs(world, resource) : 'available';
  if (cloudType === undefined || state === undefined) return [];
  const { region, id, tags } = resource;
  return [{ cloud: 'aws', region, kind: cloudType, id, name: tags.Name ?? id, tags, state }];
}
