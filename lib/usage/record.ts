/**
 * Keeps what a report measured: one small document for each report, and now and then the coarser levels that follow from
 * it. Nothing is ever read to write a sample.
 */
import type { Report } from '../agents/port.ts';
import type { UsageSample } from '../domain/agent.ts';
import { HOUR_MS, toEpochMs } from '../domain/time.ts';
import { blockOf } from './block.ts';
import { createBlock, FINE, RAW } from './documents.ts';
import { type RollUpDeps, rollUp } from './roll-up.ts';

/** Reading a range looks no further than this beyond its end. */
export const MAX_SPAN_MS = HOUR_MS;
/** Amounts of one document: some 200 kB. */
const MAX_VALUES = 20_000;

/** The same report twice leaves what it left once. Throws StoreUnavailableError. */
export async function recordReport(deps: RollUpDeps, { cluster, samples, state }: Report): Promise<void> {
  const last = samples.at(-1);
  if (last === undefined) return;
  await Promise.all(
    piecesOf(samples).map((piece) =>
      createBlock(deps, cluster, RAW, { atMs: endOf(piece), block: blockOf(piece, state.nodes) }),
    ),
  );
  await rollUp(deps, cluster, toEpochMs(last.at));
}

/** No piece reaches over the end of a window, lasts longer than is looked for, or is too large. */
function piecesOf(samples: readonly UsageSample[]): readonly (readonly UsageSample[])[] {
  const pieces: UsageSample[][] = [];
  let values = 0;
  for (const sample of samples) {
    const piece = pieces.at(-1);
    values += Object.keys(sample.nodes).length;
    if (piece !== undefined && values <= MAX_VALUES && fits(piece, sample)) {
      piece.push(sample);
    } else {
      pieces.push([sample]);
      values = Object.keys(sample.nodes).length;
    }
  }
  return pieces;
}

function fits([first]: readonly UsageSample[], { at }: UsageSample): boolean {
  if (first === undefined) return true;
  const [startMs, endMs] = [toEpochMs(first.at), toEpochMs(at)];
  return (
    endMs - startMs < MAX_SPAN_MS && Math.floor(startMs / FINE.windowMs) === Math.floor(endMs / FINE.windowMs)
  );
}

function endOf(piece: readonly UsageSample[]): number {
  return toEpochMs(piece.at(-1)?.at ?? '');
}
