/**
 * The quiet rule (protocol rule 9) as two questions. «Absent», «gone» and «settled» are believed only when the look
 * began long enough after the last moment at which something unseen could have been made.
 */
import { type EpochMs, type Instant, toEpochMs } from './time.ts';

/** Whether a look that began at `lookMs` is at least `quietMs` (wall) after `since`. */
export function isQuiet(since: Instant, lookMs: EpochMs, quietMs: number): boolean {
  return lookMs - toEpochMs(since) >= quietMs;
}

/** A recorded resource that is not seen is believed gone only after the hidden window since it was recorded. */
export function isBelievedGone(recordedAt: Instant | undefined, lookMs: EpochMs, hiddenMs: number): boolean {
  return recordedAt === undefined || isQuiet(recordedAt, lookMs, hiddenMs);
}
