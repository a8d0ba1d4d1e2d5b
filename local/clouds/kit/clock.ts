/**
 * The clock behind a simulated cloud. Everything a cloud does takes cloud milliseconds: wall milliseconds times a
 * speed. Nothing in a simulator ever sets a timer: each state is worked out from this clock when someone looks, so a
 * test that owns the clock owns every outcome.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { Records } from './records.ts';

export interface CloudClock {
  /** Cloud time, epoch milliseconds. Never goes back. */
  now(): EpochMs;
  /** Wall time, epoch milliseconds: what clients compare token lifetimes with. */
  wallNow(): EpochMs;
}

export interface ClockOrigin {
  readonly wallMs: EpochMs;
  readonly cloudMs: EpochMs;
}

export interface ScaledClockOptions {
  /** Cloud milliseconds per wall millisecond; 1 is real time. */
  readonly speed: number;
  /** Where cloud time left the wall: stored with the cloud's state, so that a restart does not turn time back. */
  readonly origin: ClockOrigin;
  readonly wallNow?: () => EpochMs;
}

export function scaledClock({ speed, origin, wallNow = Date.now }: ScaledClockOptions): CloudClock {
  return {
    now: () => Math.floor(origin.cloudMs + Math.max(0, wallNow() - origin.wallMs) * speed),
    wallNow,
  };
}

/** The clock of a cloud with a stored state: it goes on where it was, at a new speed if need be, also while it was off. */
export function storedClock(records: Records, speed: number, wallNow: () => EpochMs = Date.now): CloudClock {
  const table = records.table<ClockOrigin & { readonly speed: number }>('clock');
  const wallMs = wallNow();
  const former = table.get('origin');
  const cloudMs = former ? former.cloudMs + Math.max(0, wallMs - former.wallMs) * former.speed : wallMs;
  const origin = { wallMs, cloudMs };
  table.put('origin', { ...origin, speed });
  records.commit();
  return scaledClock({ speed, origin, wallNow });
}

export interface VirtualClock extends CloudClock {
  /** Moves wall time on by `wallMs`, and cloud time by that many times the speed. */
  advance(wallMs: number): void;
}

/** A clock that moves only when told to. */
export function virtualClock(startMs: EpochMs, speed = 1): VirtualClock {
  let elapsedMs = 0;
  return {
    now: () => Math.floor(startMs + elapsedMs * speed),
    wallNow: () => startMs + elapsedMs,
    advance(wallMs) {
      elapsedMs += wallMs;
    },
  };
}
