/**
 * What the sweep knows of the fleet as a whole: whose turn it is, how long clusters have really been listened to, and
 * whether so many fell silent together that it is one problem and not many.
 *
 * The observed clock advances with each sweep by the time since the last one; when that was missed, by one period only.
 * So a silence of the control plane itself is nobody's silence, and a sweep that always comes late still gets somewhere.
 */
import type { Deps } from '../deps.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { Address, StoredDocument } from '../store/port.ts';
import type { ObservedAt, Seen } from './seen.ts';

export interface FleetDocument extends StoredDocument {
  readonly id: 'fleet';
  readonly type: 'fleet';
  /** When the newest sweep began: who replaces it has the turn. It orders what sweeps say, so it never goes back. */
  readonly sweptAtMs: EpochMs;
  /** What the clock said then: it may have been put back. */
  readonly clockMs: EpochMs;
  readonly observedMs: number;
  /** The observed clock when the last mass silence ended; 0: there was none. */
  readonly calmMs: number;
  /** The most that there ever were: clusters stay in the one they enrolled in. */
  readonly shards: number;
  readonly massSilence?: MassSilence;
  /** That it began or ended, and not everybody was told yet: done again until it is gone. */
  readonly untold?: FleetNews;
}

export interface FleetNews {
  readonly what: 'silent' | 'heard';
  readonly atMs: EpochMs;
  readonly silent: number;
  readonly alive: number;
}

export interface MassSilence {
  readonly sinceMs: EpochMs;
  readonly silent: number;
  readonly alive: number;
}

export interface Turn {
  readonly fleet: FleetDocument;
  readonly etag: string;
  readonly observedAt: ObservedAt;
  /** Where the observed clock stood before this sweep. */
  readonly observedBeforeMs: number;
}

export interface TurnOptions {
  /** Wall milliseconds between two sweeps. */
  readonly periodMs: number;
  /** The run comes late, by the word of the host. */
  readonly isPastDue: boolean;
}

const AT: Address = { container: 'liveness', partition: 'fleet' };
/** A sweep that comes later than so many periods after the last one was missed. */
const LATE_PERIODS = 2;

/** `undefined`: another sweep has the turn. */
export async function takeTurn(
  { store, clock, config }: Pick<Deps, 'store' | 'clock' | 'config'>,
  options: TurnOptions,
): Promise<Turn | undefined> {
  const stored = await store.read<FleetDocument>(AT, 'fleet');
  const nowMs = clock.now();
  const before = stored?.document ?? firstFleet(nowMs);
  const advancedMs = advanceMs(nowMs - before.clockMs, options);
  const fleet: FleetDocument = {
    ...before,
    clockMs: nowMs,
    sweptAtMs: Math.max(nowMs, before.sweptAtMs + (stored ? 1 : 0)),
    observedMs: before.observedMs + advancedMs,
    shards: Math.max(before.shards, config.agents.shards),
  };
  const written = await (stored ? store.replace(AT, fleet, stored.etag) : store.create(AT, fleet));
  if (written.kind !== 'written') return undefined;
  const observedAt = observedClock({ fleet, beforeMs: before.clockMs, advancedMs });
  return { fleet, etag: written.etag, observedAt, observedBeforeMs: before.observedMs };
}

function firstFleet(nowMs: EpochMs): FleetDocument {
  return {
    id: 'fleet',
    type: 'fleet',
    sweptAtMs: nowMs,
    clockMs: nowMs,
    observedMs: 0,
    calmMs: 0,
    shards: 0,
  };
}

/** A clock that was put back says nothing of how long it was: the least that it can be, as after a missed sweep. */
export function advanceMs(sinceLastMs: number, { periodMs, isPastDue }: TurnOptions): number {
  const mostMs = LATE_PERIODS * periodMs;
  if (sinceLastMs < -mostMs) return periodMs;
  const wasMissed = isPastDue || sinceLastMs > mostMs;
  return Math.min(Math.max(0, sinceLastMs), wasMissed ? periodMs : mostMs);
}

/** Where the clock stood when a beat came; times that nobody observed count as the last moment before them. */
export function observedClock(turn: {
  readonly fleet: Pick<FleetDocument, 'clockMs' | 'observedMs'>;
  readonly beforeMs: EpochMs;
  readonly advancedMs: number;
}): ObservedAt {
  const { fleet, advancedMs } = turn;
  const beforeMs = Math.min(turn.beforeMs, fleet.clockMs - advancedMs);
  return (atMs) => {
    const agoMs = Math.max(0, fleet.clockMs - atMs);
    const earlierMs = Math.max(0, beforeMs - atMs);
    return fleet.observedMs - Math.min(agoMs - earlierMs, advancedMs) - earlierMs;
  };
}

/** The next etag; `undefined`: it was not our turn any more. */
export async function saveFleet(
  { store }: Pick<Deps, 'store'>,
  fleet: FleetDocument,
  etag: string,
): Promise<string | undefined> {
  const written = await store.replace(AT, fleet, etag);
  return written.kind === 'written' ? written.etag : undefined;
}

/** Fewer are bad luck; and of those that were alive, this part. */
const MASS_AT_LEAST = 10;
const MASS_PART = 0.2;
/** It is over only when it is half as bad: no alarm comes and goes with one cluster. */
const CALM_PART = 0.1;
/** Who fell silent within this observed time fell silent together. */
const TOGETHER_MS = 10 * MINUTE_MS;

export interface Count {
  alive: number;
  /** Silent for a short while, and not told. */
  fallen: number;
  /** Told to be part of a mass silence. */
  mass: number;
}

/** Adds one cluster; those that were missing before, or never came, belong to no mass. */
export function countIn(count: Count, seen: Seen, observedMs: number, shortestMs: number): void {
  if (seen.told === 'mass') count.mass += 1;
  if (seen.told !== 'heard') return;
  const silenceMs = observedMs - seen.observedMs;
  if (silenceMs < shortestMs) count.alive += 1;
  else if (silenceMs < shortestMs + TOGETHER_MS) count.fallen += 1;
}

export function isMassSilence({ alive, fallen, mass }: Count, wasOne: boolean): boolean {
  const silent = wasOne ? fallen + mass : fallen;
  const part = wasOne ? CALM_PART : MASS_PART;
  return silent >= MASS_AT_LEAST && silent >= part * (alive + silent);
}
