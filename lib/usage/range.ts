/**
 * Reading a range of time at the level that fits it. The end of a range is not in the coarse levels yet, so each level
 * goes on where the one above it ends.
 */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { averaged, type Block, mergedBlocks } from './block.ts';
import { COARSE, FINE, RAW, readBlocks } from './documents.ts';
import { MAX_SPAN_MS } from './record.ts';

export interface Range {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  /** Milliseconds between two points. */
  readonly stepMs: number;
}

/** How long ago a range may begin to be shown as it was measured, and in averages of 5 minutes. */
const RAW_AGE_MS = 2 * HOUR_MS;
const FINE_AGE_MS = 48 * HOUR_MS;
/** Agents measure no more often. */
const RAW_STEP_MS = 10 * SECOND_MS;
/** Nobody sees more on a chart. */
const MAX_POINTS = 1_000;

/** `wantedMs` is raised to what is kept of such a time and to what a chart can show; a minute or that when absent. */
export function rangeOf(fromMs: EpochMs, toMs: EpochMs, nowMs: EpochMs, wantedMs = MINUTE_MS): Range {
  const leastMs = Math.ceil((toMs - fromMs) / MAX_POINTS / SECOND_MS) * SECOND_MS;
  return { fromMs, toMs, stepMs: Math.max(wantedMs, finestMs(nowMs - fromMs), leastMs) };
}

function finestMs(ageMs: number): number {
  if (ageMs <= RAW_AGE_MS) return RAW_STEP_MS;
  return ageMs <= FINE_AGE_MS ? FINE.stepMs : COARSE.stepMs;
}

/** Averages for each step that has any; a point carries the time at which its step began. */
export async function readRange(
  deps: Pick<Deps, 'store'>,
  cluster: ClusterId,
  { fromMs, toMs, stepMs }: Range,
): Promise<Block> {
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  const blocks: Block[] = [];
  let atMs = startMs;
  for (const level of [COARSE, FINE]) {
    if (stepMs < level.stepMs || atMs > toMs) continue;
    const windowMs = Math.floor(atMs / level.windowMs) * level.windowMs;
    const found = await readBlocks(deps, cluster, level, { fromMs: windowMs, toMs: toMs + 1 });
    blocks.push(...found.map(({ block }) => block));
    const last = found.at(-1);
    if (last !== undefined) atMs = last.atMs + level.windowMs;
  }
  if (atMs <= toMs) {
    const raw = await readBlocks(deps, cluster, RAW, { fromMs: atMs, toMs: toMs + MAX_SPAN_MS });
    blocks.push(...raw.map(({ block }) => block));
  }
  const all = mergedBlocks(blocks);
  const points = all.points.filter((point) => point.atMs >= startMs && point.atMs <= toMs);
  return averaged({ ...all, points }, stepMs);
}
