/** What was measured last, as it was measured: the newest point of the newest block. */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Block, BlockNode, Used } from './block.ts';
import { newestBlock, RAW } from './documents.ts';

/** After every time that a sample can have: 13 digits of milliseconds. */
const END_OF_TIME_MS: EpochMs = 9_999_999_999_999;

export interface Newest {
  readonly atMs: EpochMs;
  readonly nodes: readonly (BlockNode & { readonly used: Used })[];
}

/** `undefined`: nothing was measured for a day. */
export async function newestUsage(
  deps: Pick<Deps, 'store'>,
  cluster: ClusterId,
): Promise<Newest | undefined> {
  const found = await newestBlock(deps, cluster, RAW, END_OF_TIME_MS);
  return found && newestOf(found.block);
}

function newestOf({ nodes, points }: Block): Newest | undefined {
  const point = points.at(-1);
  if (point === undefined) return undefined;
  const measured = nodes.flatMap((node, place) => {
    const used = point.used[place] ?? null;
    return used === null ? [] : [{ ...node, used }];
  });
  return { atMs: point.atMs, nodes: measured };
}
