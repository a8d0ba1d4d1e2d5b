/**
 * Samples of a cluster, many in one document: what nodes used at some times, with what each node is, so that a block can
 * be read when the node is long gone. The same shape for what was measured and for the averages of later. Pure.
 */
import type { Amounts, NodeReport, UsageSample } from '../domain/agent.ts';
import { type EpochMs, toEpochMs } from '../domain/time.ts';

export const RESOURCES = ['cpuMilli', 'memoryBytes', 'diskBytes'] as const;
export type Resource = (typeof RESOURCES)[number];

export interface BlockNode {
  readonly name: string;
  readonly pool?: string;
  readonly role: NodeReport['role'];
  /** As it was at the end of the block; absent: nobody has said. */
  readonly capacity?: Amounts;
}

/** What one node used; absent resources were not measured. */
export type Used = Partial<Readonly<Record<Resource, number>>>;

export interface Point {
  readonly atMs: EpochMs;
  /** By the place of the node in `Block.nodes`; null: nothing was measured. */
  readonly used: readonly (Used | null)[];
}

export interface Block {
  readonly nodes: readonly BlockNode[];
  /** Oldest first. */
  readonly points: readonly Point[];
}

/** A node that reports usage before it was listed counts as a worker without a pool until it is. */
export function blockOf(samples: readonly UsageSample[], known: readonly NodeReport[]): Block {
  const byName = new Map(known.map((node) => [node.name, node]));
  const names = [...new Set(samples.flatMap(({ nodes }) => Object.keys(nodes)))].sort();
  return {
    nodes: names.map((name) => identityOf(name, byName.get(name))),
    points: samples.map(({ at, nodes }) => ({
      atMs: toEpochMs(at),
      used: names.map((name) => nodes[name] ?? null),
    })),
  };
}

function identityOf(name: string, node: NodeReport | undefined): BlockNode {
  if (node === undefined) return { name, role: 'worker' };
  const { pool, role, capacity } = node;
  return { name, ...(pool === undefined ? {} : { pool }), role, capacity };
}

/**
 * Those of several blocks as one; where two speak of the same time, the later one counts, and so it does about what a
 * node is, unless it does not know: the last samples of a node that was taken away come when it is listed no more.
 */
export function mergedBlocks(blocks: readonly Block[]): Block {
  const nodes = new Map<string, BlockNode>();
  for (const node of blocks.flatMap((block) => block.nodes)) {
    if (node.capacity !== undefined || !nodes.has(node.name)) nodes.set(node.name, node);
  }
  const places = new Map([...nodes.keys()].map((name, place) => [name, place]));
  const points = new Map<EpochMs, (Used | null)[]>();
  for (const block of blocks) {
    const to = block.nodes.map(({ name }) => places.get(name) ?? 0);
    for (const { atMs, used } of block.points) {
      const all = points.get(atMs) ?? Array.from(nodes, () => null);
      used.forEach((one, from) => {
        const place = to[from];
        if (one !== null && place !== undefined) all[place] = one;
      });
      points.set(atMs, all);
    }
  }
  return {
    nodes: [...nodes.values()],
    points: [...points].sort(([a], [b]) => a - b).map(([atMs, used]) => ({ atMs, used })),
  };
}

/** Averages over steps of `stepMs`, aligned to the epoch; a point carries the time at which its step began. */
export function averaged(block: Block, stepMs: number): Block {
  const steps = new Map<EpochMs, Point[]>();
  for (const point of block.points) {
    const start = Math.floor(point.atMs / stepMs) * stepMs;
    const step = steps.get(start);
    if (step) step.push(point);
    else steps.set(start, [point]);
  }
  return {
    nodes: block.nodes,
    points: [...steps].map(([atMs, points]) => ({
      atMs,
      used: block.nodes.map((_, place) => meanOf(points.flatMap(({ used }) => used[place] ?? []))),
    })),
  };
}

function meanOf(used: readonly Used[]): Used | null {
  if (used.length === 0) return null;
  const means = RESOURCES.flatMap((resource) => {
    const values = used.flatMap((one) => one[resource] ?? []);
    if (values.length === 0) return [];
    return [[resource, values.reduce((sum, value) => sum + value, 0) / values.length] as const];
  });
  return Object.fromEntries(means);
}
