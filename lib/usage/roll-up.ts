/**
 * Coarser levels, made of finer ones once a window is over: by the first report after it, whoever receives it. Reports
 * and not a timer, because a cluster that reports nothing has nothing to make. Repeating makes the same document, which
 * is there already.
 *
 * At most one window of a level is open behind the current one, because each report closes what is behind it. So one
 * look is enough: was the last window closed, and if it was empty, was the last one that was not?
 */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import { averaged, mergedBlocks } from './block.ts';
import {
  COARSE,
  createBlock,
  FINE,
  hasBlock,
  type Level,
  newestBlock,
  RAW,
  type RolledLevel,
  readBlocks,
} from './documents.ts';

/** Some 100 bytes each; those that were quiet longest are forgotten, and looked up again. */
const MAX_CLUSTERS = 100_000;

/** The window in which an instance has last seen to it that everything before is closed. */
export class RollupMarks {
  readonly #windows = new Map<ClusterId, number>();

  isDone(cluster: ClusterId, window: number): boolean {
    return (this.#windows.get(cluster) ?? -1) >= window;
  }

  done(cluster: ClusterId, window: number): void {
    this.#windows.delete(cluster);
    this.#windows.set(cluster, window);
    const [quietest] = this.#windows.keys();
    if (this.#windows.size > MAX_CLUSTERS && quietest !== undefined) this.#windows.delete(quietest);
  }
}

export interface RollUpDeps extends Pick<Deps, 'store'> {
  readonly rollups: RollupMarks;
}

/** `newestMs`: of the newest sample that is stored. */
export async function rollUp(deps: RollUpDeps, cluster: ClusterId, newestMs: EpochMs): Promise<void> {
  const window = Math.floor(newestMs / FINE.windowMs);
  if (deps.rollups.isDone(cluster, window)) return;
  await close(deps, cluster, { from: RAW, to: FINE, newestMs });
  await close(deps, cluster, { from: FINE, to: COARSE, newestMs });
  deps.rollups.done(cluster, window);
}

interface Closing {
  readonly from: Level;
  readonly to: RolledLevel;
  readonly newestMs: EpochMs;
}

async function close(deps: RollUpDeps, cluster: ClusterId, closing: Closing): Promise<void> {
  const { from, to, newestMs } = closing;
  const openMs = windowStart(newestMs, to);
  const lastMs = openMs - to.windowMs;
  if (await hasBlock(deps, cluster, to, lastMs)) return;
  if (await fold(deps, cluster, closing, lastMs)) return;
  const before = await newestBlock(deps, cluster, from, lastMs);
  if (before === undefined) return;
  const startMs = windowStart(before.atMs, to);
  if (!(await hasBlock(deps, cluster, to, startMs))) await fold(deps, cluster, closing, startMs);
}

/** False: the window is empty. */
async function fold(
  deps: RollUpDeps,
  cluster: ClusterId,
  { from, to }: Closing,
  atMs: EpochMs,
): Promise<boolean> {
  const blocks = await readBlocks(deps, cluster, from, { fromMs: atMs, toMs: atMs + to.windowMs });
  if (blocks.length === 0) return false;
  await createBlock(deps, cluster, to, {
    atMs,
    block: averaged(mergedBlocks(blocks.map(({ block }) => block)), to.stepMs),
  });
  return true;
}

function windowStart(atMs: EpochMs, { windowMs }: RolledLevel): EpochMs {
  return Math.floor(atMs / windowMs) * windowMs;
}
