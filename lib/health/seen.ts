/**
 * When each cluster of a shard was last heard of, and what was said about it. Pure folding of beats. One document a
 * shard, of which the sweep is the only writer. It is nearly all that a sweep writes, so its entries are short: numbers
 * beside those of the others, and seats of the roster in place of uids.
 *
 * Silence is measured on the observed clock (fleet.ts), which stands still while nobody looks.
 */
import type { Beat } from '../agents/port.ts';
import type { EpochMs } from '../domain/time.ts';
import { PackedNumbers, packNumbers } from '../store/packed-numbers.ts';
import type { StoredDocument } from '../store/port.ts';

/** What the health of the cluster says of its heartbeat. `none`: nothing yet. */
export const TOLD = ['none', 'heard', 'never', 'missing', 'mass'] as const;
export type Told = (typeof TOLD)[number];

export interface Seen {
  /** Of the last beat, by the server's clock; 0: there was none. */
  readonly atMs: EpochMs;
  /** The same on the observed clock; before the first beat, when the cluster got its agent. */
  readonly observedMs: number;
  /** Of the last beat: one that is not later is a replay. */
  readonly process: number;
  readonly seq: number;
  readonly told: Told;
  /** What is told was decided, and is not known to be written. */
  readonly pending: boolean;
  /** Beats since it fell silent, none of them alone. */
  readonly good: number;
  /** So long a silence is no reason to look at its thresholds, milliseconds. */
  readonly patienceMs: number;
}

/** By seat. */
export type SeenMap = Map<number, Seen>;

export interface SeenDocument extends StoredDocument {
  readonly id: 'seen';
  readonly type: 'seen';
  /** Of the newest beats that are in it. */
  readonly lastBeatsId: string;
  /** Of one entry; times of the others are told from there. */
  readonly atMs: EpochMs;
  readonly observedMs: number;
  /** For each its seat and what `pushSeen` makes of it. */
  readonly clusters: string;
}

/** Where the observed clock stood at a time. */
export type ObservedAt = (atMs: EpochMs) => number;

export function unheard(observedMs: number): Seen {
  return {
    atMs: 0,
    observedMs,
    process: 0,
    seq: 0,
    told: 'none',
    pending: false,
    good: 0,
    patienceMs: 0,
  };
}

export interface Hearing {
  /** When the sweep began, by its clock. */
  readonly nowMs: EpochMs;
  readonly observedAt: ObservedAt;
  /** So far apart two beats still belong together, milliseconds. */
  readonly togetherMs: number;
}

/**
 * After one beat more. The very same entry for one that says nothing new: replayed, read twice, or overtaken. None of our
 * clocks can say that a beat comes from the future, and what did is older than nothing: that clock was put back.
 */
export function hear(before: Seen, beat: Beat, { nowMs, observedAt, togetherMs }: Hearing): Seen {
  if (beat.process === before.process && beat.seq <= before.seq) return before;
  const atMs = Math.min(beat.atMs, nowMs);
  if (atMs <= before.atMs && before.atMs <= nowMs) return before;
  const isTogether = atMs - before.atMs <= togetherMs;
  return {
    ...before,
    atMs,
    observedMs: Math.max(before.observedMs, observedAt(atMs)),
    process: beat.process,
    seq: beat.seq,
    good: before.told === 'heard' ? 0 : isTogether ? before.good + 1 : 1,
    patienceMs: 0,
  };
}

export function packSeen(lastBeatsId: string, clusters: SeenMap): SeenDocument {
  const [{ atMs, observedMs } = unheard(0)] = clusters.values();
  const origin = { atMs, observedMs };
  const numbers: number[] = [];
  let before = 0;
  for (const [seat, seen] of clusters) {
    numbers.push(seat - before);
    pushSeen(numbers, seen, origin);
    before = seat;
  }
  return { id: 'seen', type: 'seen', lastBeatsId, ...origin, clusters: packNumbers(numbers) };
}

type Origin = Pick<Seen, 'atMs' | 'observedMs'>;

/** Bits beside what was told: what is zero in nearly all entries is left out. */
const PENDING = 1;
const HAS_MORE = 2;
const TOLD_WEIGHT = 4;

/** Small ones: the observed clock goes with the other one, and everybody beats within the same minute. */
function pushSeen(numbers: number[], seen: Seen, origin: Origin): void {
  const { process, seq, told, pending, good, patienceMs } = seen;
  const sinceMs = seen.atMs - origin.atMs;
  const observedMs = seen.observedMs - origin.observedMs - sinceMs;
  const hasMore = good !== 0 || patienceMs !== 0;
  const state = TOLD.indexOf(told) * TOLD_WEIGHT + (pending ? PENDING : 0) + (hasMore ? HAS_MORE : 0);
  numbers.push(sinceMs, observedMs, process, seq, state);
  if (hasMore) numbers.push(good, patienceMs);
}

export function unpackSeen({ clusters, ...origin }: SeenDocument): SeenMap {
  const numbers = new PackedNumbers(clusters);
  const seen: SeenMap = new Map();
  let seat = 0;
  while (!numbers.isAtEnd) {
    seat += numbers.next();
    seen.set(seat, seenOf(numbers, origin));
  }
  return seen;
}

function seenOf(numbers: PackedNumbers, origin: Origin): Seen {
  const sinceMs = numbers.next();
  const observedMs = origin.observedMs + sinceMs + numbers.next();
  const process = numbers.next();
  const seq = numbers.next();
  const state = numbers.next();
  const hasMore = (state & HAS_MORE) !== 0;
  return {
    atMs: origin.atMs + sinceMs,
    observedMs,
    process,
    seq,
    told: TOLD[Math.floor(state / TOLD_WEIGHT)] ?? 'none',
    pending: (state & PENDING) !== 0,
    good: hasMore ? numbers.next() : 0,
    patienceMs: hasMore ? numbers.next() : 0,
  };
}
