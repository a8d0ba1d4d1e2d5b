/**
 * The clock of an agent beside ours. Ours decides: what was measured is moved by what theirs is off, and a clock that is
 * far off is said. Pure.
 */
import type { UsageSample } from '../domain/agent.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, SECOND_MS, toEpochMs, toInstant } from '../domain/time.ts';

export interface Clocks {
  /** By the agent's clock. */
  readonly sentAtMs: EpochMs;
  /** By ours. */
  readonly receivedAtMs: EpochMs;
}

/** Tokens and certificates of clusters begin to fail at some 5 minutes. Our choice: docs/limits.md. */
const OFF_MS = 5 * MINUTE_MS;
/** A clock at the limit is not said to be off and right again with every beat. */
const RIGHT_MS = 4 * MINUTE_MS;
/** The way of a beat is no error of a clock; and the same sample, sent twice, keeps its time. */
const GRAIN_MS = 10 * SECOND_MS;
/** Samples beyond these say nothing that could be shown. */
const FUTURE_MS = MINUTE_MS;
const PAST_MS = 24 * HOUR_MS;

export function isClockOff({ sentAtMs, receivedAtMs }: Clocks, wasOff: boolean): boolean {
  return Math.abs(sentAtMs - receivedAtMs) > (wasOff ? RIGHT_MS : OFF_MS);
}

/**
 * Of something that was received: whether something else came after it. What claims to come from the future came after
 * nothing, because the clock of ours that said so has been put back since.
 */
export function isOvertaken(receivedAtMs: EpochMs, byMs: EpochMs, nowMs: EpochMs): boolean {
  return byMs > receivedAtMs && byMs <= nowMs + FUTURE_MS;
}

/** Oldest first, one for each time, with our times. A sample of many nodes comes in pieces of the same time. */
export function samplesByOurClock(
  samples: readonly UsageSample[],
  { sentAtMs, receivedAtMs }: Clocks,
): readonly UsageSample[] {
  const shiftMs = Math.round((receivedAtMs - sentAtMs) / GRAIN_MS) * GRAIN_MS;
  const byTime = new Map<EpochMs, UsageSample['nodes']>();
  for (const { at, nodes } of samples) {
    const atMs = toEpochMs(at) + shiftMs;
    if (atMs > receivedAtMs + FUTURE_MS || atMs <= receivedAtMs - PAST_MS) continue;
    const piece = byTime.get(atMs);
    byTime.set(atMs, piece === undefined ? nodes : { ...piece, ...nodes });
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([atMs, nodes]) => ({ at: toInstant(atMs), nodes }));
}
