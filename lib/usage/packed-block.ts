/**
 * Blocks as they are stored. A column for each node and resource, each value as its difference from the one before it,
 * compressed: 20 nodes measured 15 times are 2 kB and not 40, and what they cost goes by that.
 */
import type { NodeReport } from '../domain/agent.ts';
import type { EpochMs } from '../domain/time.ts';
import { type Packed, pack, unpack } from '../store/packed.ts';
import { type Block, type BlockNode, type Point, RESOURCES, type Used } from './block.ts';

/** Memory and disk in MiB: nobody sees the rest on a chart. */
const UNIT = { cpuMilli: 1, memoryBytes: 2 ** 20, diskBytes: 2 ** 20 } as const;

type Column = readonly (number | null)[];

interface Columns {
  /** Seconds since the epoch, and then between the points. */
  readonly times: readonly number[];
  /** Name, pool or `''`, 1 for a control plane node, capacities by resource. */
  readonly nodes: readonly (readonly [string, string, 0 | 1, ...Column])[];
  /** By resource and node. */
  readonly used: readonly (readonly Column[])[];
}

export type PackedBlock = Packed<Columns>;

export function packBlock({ nodes, points }: Block): PackedBlock {
  const seconds = points.map(({ atMs }) => Math.round(atMs / 1000));
  return pack<Columns>({
    times: seconds.map((at, index) => at - (seconds[index - 1] ?? 0)),
    nodes: nodes.map(({ name, pool = '', role, capacity }) => [
      name,
      pool,
      role === 'worker' ? 0 : 1,
      ...RESOURCES.map((resource) => inUnits(capacity?.[resource], UNIT[resource])),
    ]),
    used: RESOURCES.map((resource) =>
      nodes.map((_, place) =>
        differences(points.map(({ used }) => inUnits(used[place]?.[resource], UNIT[resource]))),
      ),
    ),
  });
}

export function unpackBlock(packed: PackedBlock): Block {
  const { times, nodes, used } = unpack(packed);
  const columns = used.map((byNode) => byNode.map(sums));
  return {
    nodes: nodes.map(toNode),
    points: instants(times).map((atMs, row) => ({
      atMs,
      used: nodes.map((_, place) => usedAt(columns, place, row)),
    })),
  };
}

function inUnits(amount: number | undefined, unit: number): number | null {
  return amount === undefined ? null : Math.round(amount / unit);
}

function differences(values: Column): Column {
  let last = 0;
  return values.map((value) => {
    if (value === null) return null;
    const difference = value - last;
    last = value;
    return difference;
  });
}

function sums(differences: Column): Column {
  let last = 0;
  return differences.map((difference) => {
    if (difference === null) return null;
    last += difference;
    return last;
  });
}

function instants(times: readonly number[]): readonly EpochMs[] {
  let at = 0;
  return times.map((seconds) => {
    at += seconds;
    return at * 1000;
  });
}

function toNode([name, pool, isControlPlane, ...capacities]: Columns['nodes'][number]): BlockNode {
  const role: NodeReport['role'] = isControlPlane ? 'control-plane' : 'worker';
  const { cpuMilli, memoryBytes, diskBytes } = amounts(capacities) ?? {};
  return {
    name,
    ...(pool === '' ? {} : { pool }),
    role,
    ...(cpuMilli === undefined || memoryBytes === undefined
      ? {}
      : { capacity: { cpuMilli, memoryBytes, ...(diskBytes === undefined ? {} : { diskBytes }) } }),
  };
}

function usedAt(columns: readonly (readonly Column[])[], place: number, row: number): Point['used'][number] {
  return amounts(columns.map((byNode) => byNode[place]?.[row] ?? null));
}

function amounts(values: Column): Used | null {
  const known = RESOURCES.flatMap((resource, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [[resource, value * UNIT[resource]] as const];
  });
  return known.length === 0 ? null : Object.fromEntries(known);
}
