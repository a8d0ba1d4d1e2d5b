/**
 * Instants and durations. Stored instants are RFC 3339 UTC strings and end in `At`; arithmetic happens on epoch
 * milliseconds. The only file of the domain that may name `Date`, and it never asks for the current time.
 */

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** RFC 3339, UTC, milliseconds: `2026-11-20T18:35:00.000Z`. */
export type Instant = string;

export function toInstant(ms: EpochMs): Instant {
  return new Date(ms).toISOString();
}

export function toEpochMs(at: Instant): EpochMs {
  return Date.parse(at);
}

/** Cloud milliseconds since an instant; an unknown start counts as long ago. `speed`: cloud ms per wall ms. */
export function elapsedMs(since: Instant | undefined, nowMs: EpochMs, speed: number): number {
  return since === undefined ? Number.POSITIVE_INFINITY : Math.max(0, nowMs - toEpochMs(since)) * speed;
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
