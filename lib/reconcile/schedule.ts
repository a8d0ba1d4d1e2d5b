/**
 * When a cluster is looked at again. Pure. Waits come from the steps; beyond them there are only three reasons to come
 * back: the one look a quiet time after a change, the quiet time after a deletion, and the slow drift look.
 */
import type { ClusterDocument, StepName, StepRecord } from '../domain/cluster.ts';
import { isQuiet } from '../domain/quiet.ts';
import { type EpochMs, MINUTE_MS, toEpochMs } from '../domain/time.ts';
import type { Pacing } from './pacing.ts';

/** Cloud milliseconds between two full looks at a settled cluster. Our choice: docs/limits.md. */
export const DRIFT_MS = 30 * MINUTE_MS;
/** Cloud milliseconds until leftovers of a deletion are looked for again: lists lag behind by about that. */
export const LEFTOVERS_MS = MINUTE_MS;

export interface Windows {
  /** Q in wall milliseconds. */
  readonly quietMs: number;
  readonly pacing: Pacing;
}

export interface DueLook {
  /** Observe everything in this pass, settled steps included. */
  readonly full: boolean;
  /** A look that begins now would settle the last change. */
  readonly settles: boolean;
}

export function dueLook(document: ClusterDocument, lookMs: EpochMs, windows: Windows): DueLook {
  const settles =
    !isLookedAtQuietly(document, windows) && isQuiet(document.changedAt, lookMs, windows.quietMs);
  if (document.deletedAt !== undefined) return { full: true, settles };
  // A cluster that never settled drifts, too: what is wrong may lie in a step that was done long ago.
  const last = document.lastFullLookAt ?? document.createdAt;
  return { full: isQuiet(last, lookMs, windows.pacing.wall(DRIFT_MS)), settles };
}

/** Everything was observed at least a quiet time after the last change. */
export function isLookedAtQuietly(document: ClusterDocument, windows: Windows): boolean {
  const last = document.lastFullLookAt;
  return last !== undefined && isQuiet(document.changedAt, toEpochMs(last), windows.quietMs);
}

/** `document` and `records` are those that this pass is about to commit. */
export function nextLookMs(
  document: ClusterDocument,
  records: Readonly<Record<StepName, StepRecord>>,
  nowMs: EpochMs,
  windows: Windows,
): EpochMs {
  const waits = Object.values(records)
    .filter((record) => record.phase === 'active' || record.phase === 'failed')
    .flatMap((record) => (record.nextAttemptAt === undefined ? [] : [toEpochMs(record.nextAttemptAt)]));
  if (waits.length > 0) return Math.max(nowMs, Math.min(...waits));
  if (document.deletedAt !== undefined) return afterDeletion(document.deletedAt, nowMs, windows);
  if (!isLookedAtQuietly(document, windows)) {
    return Math.max(nowMs, toEpochMs(document.changedAt) + windows.quietMs);
  }
  return nowMs + windows.pacing.wall(DRIFT_MS);
}

/** Nothing is seen any more: the last look is at deletedAt + Q; after that only leftovers keep the cluster. */
function afterDeletion(deletedAt: string, nowMs: EpochMs, windows: Windows): EpochMs {
  const quietAt = toEpochMs(deletedAt) + windows.quietMs;
  return quietAt > nowMs ? quietAt : nowMs + windows.pacing.wall(LEFTOVERS_MS);
}
