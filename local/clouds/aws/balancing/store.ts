/** What the operations of load balancing look up, with the refusals for what is not there. */
import type { Table } from '../../kit/records.ts';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { type Page, pageOf } from '../core/paging.ts';
import { allOf, peek, type Resource, type StoredKind, seen } from '../core/shelf.ts';
import { type Tags, tagsOf } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import {
  BALANCER,
  type BalancerTarget,
  LISTENER,
  type Listener,
  type LoadBalancer,
  TARGET_GROUP,
  type TargetGroup,
} from './model.ts';

const NOT_FOUND = {
  'load-balancer': ['LoadBalancerNotFound', 'Load balancers'],
  listener: ['ListenerNotFound', 'Listeners'],
  'target-group': ['TargetGroupNotFound', 'Target groups'],
} as const;

/** As this reader sees it; throws the kind's NotFound. */
function findByArn<R extends Resource>(world: World, call: Call, kind: StoredKind<R>, arn: string): R {
  const found = peek(world, kind, arn);
  if (found && seen(world, call, found)) return found;
  throw notFound(kind.type, arn);
}

function notFound(type: string, what: string): AwsFault {
  const [code, words] = Object.entries(NOT_FOUND).find(([name]) => name === type)?.[1] ?? ['NotFound', type];
  return new AwsFault(code, `${words} '${what}' not found`);
}

export const findBalancer = (world: World, call: Call, arn: string): LoadBalancer =>
  findByArn(world, call, BALANCER, arn);
export const findListener = (world: World, call: Call, arn: string): Listener =>
  findByArn(world, call, LISTENER, arn);
export const findTargetGroup = (world: World, call: Call, arn: string): TargetGroup =>
  findByArn(world, call, TARGET_GROUP, arn);

export interface Wanted {
  readonly arns: readonly string[];
  readonly names: readonly string[];
}

/** All that this reader sees, or those that are named, which must all be there. */
export function select<R extends Resource & { readonly name: string }>(
  world: World,
  call: Call,
  kind: StoredKind<R>,
  { arns, names }: Wanted,
): readonly R[] {
  const all = allOf(world, kind, call).flatMap((each) => seen(world, call, each) ?? []);
  if (arns.length + names.length === 0) return all;
  const absent =
    arns.find((arn) => !all.some(({ id }) => id === arn)) ??
    names.find((wanted) => !all.some(({ name }) => name === wanted));
  if (absent !== undefined) throw notFound(kind.type, absent);
  return all.filter(({ id, name }) => arns.includes(id) || names.includes(name));
}

const MAX_PAGE = 400;

interface PageParams {
  readonly Marker?: string | undefined;
  readonly PageSize?: number | undefined;
}

export function page<T>(
  call: Call,
  items: readonly T[],
  { Marker, PageSize = MAX_PAGE }: PageParams,
): Page<T> {
  if (PageSize < 1 || PageSize > MAX_PAGE)
    throw new AwsFault('ValidationError', `PageSize must be between 1 and ${MAX_PAGE}`);
  return pageOf(call, items, { size: PageSize, token: Marker });
}

export const targetsTable = (world: World): Table<BalancerTarget> =>
  world.records.table<BalancerTarget>('balancer-targets', ({ groupArn }) => groupArn);

/** Load balancers that send to the group. */
export function balancersOf(world: World, group: TargetGroup): readonly LoadBalancer[] {
  const arns = new Set(
    allOf(world, LISTENER, group)
      .filter(({ targetGroupArn }) => targetGroupArn === group.id)
      .map(({ balancerArn }) => balancerArn),
  );
  return [...arns].flatMap((arn) => peek(world, BALANCER, arn) ?? []);
}

/** Tags as this service refuses them. */
export function balancingTags(inputs: readonly { readonly Key: string; readonly Value: string }[]): Tags {
  const keys = inputs.map(({ Key }) => Key);
  if (new Set(keys).size < keys.length)
    throw new AwsFault('DuplicateTagKeys', 'A tag key was specified more than once.');
  try {
    return tagsOf(inputs);
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    const code = error.code === 'TagLimitExceeded' ? 'TooManyTags' : 'ValidationError';
    throw new AwsFault(code, error.message);
  }
}

/** As this service shows them. */
export const asInputs = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
