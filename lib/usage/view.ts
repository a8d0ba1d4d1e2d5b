/**
 * Usage as it goes out: what is used now, and over time, of the nodes that count. Pure. Cores are numbers, memory and
 * disk bytes; what was never measured is null.
 */
import type { NodeReport } from '../domain/agent.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { Block, BlockNode, Resource, Used } from './block.ts';
import type { Newest } from './newest.ts';
import type { Range } from './range.ts';

export const INCLUDES = ['workers', 'all', 'control-plane'] as const;
export type Include = (typeof INCLUDES)[number];

type Series = readonly (readonly [Instant, number])[];

export interface MetricView {
  readonly current: number | null;
  /** Of the capacity of the nodes that were measured. */
  readonly percent: number | null;
  readonly series: Series;
  readonly percentSeries: Series;
}

export interface UsageView {
  readonly coresUsed: {
    readonly total: number;
    readonly byPool: Readonly<Record<string, number>>;
    readonly byNode: Readonly<Record<string, number>>;
  } | null;
  readonly cpuUsage: MetricView | null;
  readonly memoryUsage: MetricView | null;
  readonly diskUsage: MetricView | null;
  /** Cores that the pods ask for. */
  readonly cpuRequests: number | null;
  /** Bytes that the pods ask for. */
  readonly memoryRequests: number | null;
  readonly include: Include;
  readonly from: Instant;
  readonly to: Instant;
  readonly stepSeconds: number;
}

export interface Measured {
  readonly range: Range;
  readonly block: Block;
  /** Absent: nothing was measured lately. */
  readonly newest: Newest | undefined;
  /** As last reported, for what pods ask for. */
  readonly nodes: readonly NodeReport[];
}

/** Which nodes count: a node by its name, or those of a role. */
export type Counts = (node: Pick<BlockNode, 'name' | 'role'>) => boolean;

export function countsFor(include: Include): Counts {
  switch (include) {
    case 'workers':
      return ({ role }) => role === 'worker';
    case 'control-plane':
      return ({ role }) => role === 'control-plane';
    case 'all':
      return () => true;
  }
}

export function usageView(measured: Measured, include: Include, counts: Counts): UsageView {
  const { range, newest } = measured;
  const now = newest?.nodes.filter(counts) ?? [];
  const nodes = measured.nodes.filter(counts);
  const requests = (resource: 'cpuMilli' | 'memoryBytes') =>
    total(nodes.map((node) => node.requests?.[resource]));
  const metric = (resource: Resource) => metricView(resource, now, measured.block, counts);
  const cpuRequests = requests('cpuMilli');
  return {
    coresUsed: coresUsed(now),
    cpuUsage: metric('cpuMilli'),
    memoryUsage: metric('memoryBytes'),
    diskUsage: metric('diskBytes'),
    cpuRequests: cpuRequests === null ? null : cores(cpuRequests),
    memoryRequests: requests('memoryBytes'),
    include,
    from: toInstant(range.fromMs),
    to: toInstant(range.toMs),
    stepSeconds: range.stepMs / 1000,
  };
}

/** `null`: of some it is not known, or there are none; a sum of the others would be taken for the whole. */
function total(parts: readonly (number | undefined)[]): number | null {
  let sum = 0;
  for (const part of parts) {
    if (part === undefined) return null;
    sum += part;
  }
  return parts.length === 0 ? null : sum;
}

type NodeNow = BlockNode & { readonly used: Used };

function coresUsed(nodes: readonly NodeNow[]): UsageView['coresUsed'] {
  const byPool = new Map<string, number>();
  const byNode = new Map<string, number>();
  let total = 0;
  for (const { name, pool, used } of nodes) {
    if (used.cpuMilli === undefined) continue;
    total += used.cpuMilli;
    byNode.set(name, used.cpuMilli);
    if (pool !== undefined) byPool.set(pool, (byPool.get(pool) ?? 0) + used.cpuMilli);
  }
  const inCores = (milli: ReadonlyMap<string, number>) =>
    Object.fromEntries([...milli].sort(byName).map(([name, value]) => [name, cores(value)]));
  return byNode.size === 0 ? null : { total: cores(total), byPool: inCores(byPool), byNode: inCores(byNode) };
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a.localeCompare(b);
}

function metricView(
  resource: Resource,
  now: readonly NodeNow[],
  block: Block,
  counts: Counts,
): MetricView | null {
  const shown = resource === 'cpuMilli' ? cores : Math.round;
  const current = sumOf(resource, now);
  const points = block.points.flatMap(({ atMs, used }) => {
    const nodes = block.nodes.flatMap((node, place) => {
      const one = used[place] ?? null;
      return one === null || !counts(node) ? [] : [{ ...node, used: one }];
    });
    const sum = sumOf(resource, nodes);
    return sum === undefined ? [] : [{ atMs, ...sum }];
  });
  if (current === undefined && points.length === 0) return null;
  return {
    current: current === undefined ? null : shown(current.used),
    percent: current?.percent ?? null,
    series: points.map(({ atMs, used }) => [toInstant(atMs), shown(used)]),
    percentSeries: points.flatMap(({ atMs, percent }) =>
      percent === undefined ? [] : [[toInstant(atMs), percent] as const],
    ),
  };
}

interface Sum {
  readonly used: number;
  /** Absent: the capacity of one of the nodes is not known. */
  readonly percent?: number;
}

function sumOf(resource: Resource, nodes: readonly NodeNow[]): Sum | undefined {
  const measured = nodes.filter(({ used }) => used[resource] !== undefined);
  if (measured.length === 0) return undefined;
  const used = measured.reduce((sum, node) => sum + (node.used[resource] ?? 0), 0);
  const capacities = measured.map(({ capacity }) => capacity?.[resource] ?? 0);
  const whole = capacities.reduce((sum, capacity) => sum + capacity, 0);
  const percent = capacities.includes(0) ? null : percentOf(used, whole);
  return percent === null ? { used } : { used, percent };
}

/** With tenths. Null: one of the two is not known. */
export function percentOf(used: number | undefined, whole: number | undefined): number | null {
  if (used === undefined || whole === undefined || whole === 0) return null;
  return Math.round((used / whole) * 1000) / 10;
}

/** Of thousandths, with thousandths. */
export function cores(milli: number): number {
  return Math.round(milli) / 1000;
}
