/**
 * When each cluster of a shard was last heard of, and what was said about it. Pure folding of beats. One document a
 * shard, of which the sweep is the only writer; it is packed, because there is an entry for every cluster.
 *
 * Silence is measured on the observed clock (fleet.ts), which stands still while nobody looks.
 */
import type { Beat } from '../agents/port.ts';
import type { EpochMs } from '../domain/time.ts';
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
  readonly instance: string;
  readonly seq: number;
  readonly told: Told;
  /** What is told was decided, and is not known to be written. */
  readonly pending: boolean;
  /** Beats since it fell silent, none of them alone. */
  readonly good: number;
  /** So long a silence is no reason to look at its thresholds, milliseconds. */
  readonly patienceMs: number;
}

export type SeenMap = Map<string, Seen>;

type PackedSeen = readonly [
  atMs: number,
  observedMs: number,
  instance: string,
  seq: number,
  told: number,
  pending?: 0 | 1,
  good?: number,
  patienceMs?: number,
];

export interface SeenDocument extends StoredDocument {
  readonly id: 'seen';
  readonly type: 'seen';
  /** Of the newest beats that are in it. */
  readonly lastBeatsId: string;
  readonly clusters: Readonly<Record<string, PackedSeen>>;
}

/** Where the observed clock stood at a time. */
export type ObservedAt = (atMs: EpochMs) => number;

export function unheard(observedMs: number): Seen {
  return {
    atMs: 0,
    observedMs,
    instance: '',
    seq: 0,
    told: 'none',
    pending: false,
    good: 0,
    patienceMs: 0,
  };
}

/** After one beat more. The very same entry for one that says nothing new: replayed, read twice, or overtaken. */
export function hear(seen: Seen | undefined, beat: Beat, observedAt: ObservedAt, togetherMs: number): Seen {
  const before = seen ?? unheard(0);
  if (beat.instance === before.instance && beat.seq <= before.seq) return before;
  if (beat.atMs <= before.atMs) return before;
  const isTogether = beat.atMs - before.atMs <= togetherMs;
  return {
    ...before,
    atMs: beat.atMs,
    observedMs: Math.max(before.observedMs, observedAt(beat.atMs)),
    instance: beat.instance,
    seq: beat.seq,
    good: before.told === 'heard' ? 0 : isTogether ? before.good + 1 : 1,
    patienceMs: 0,
  };
}

export function packSeen(lastBeatsId: string, clusters: SeenMap): SeenDocument {
  const packed: Record<string, PackedSeen> = {};
  for (const [cluster, seen] of clusters) packed[cluster] = pack(seen);
  return { id: 'seen', type: 'seen', lastBeatsId, clusters: packed };
}

export function unpackSeen({ clusters }: SeenDocument): SeenMap {
  return new Map(Object.entries(clusters).map(([cluster, packed]) => [cluster, unpack(packed)]));
}

/** What is zero in nearly all entries is left out. */
function pack({ atMs, observedMs, instance, seq, told, pending, good, patienceMs }: Seen): PackedSeen {
  const code = TOLD.indexOf(told);
  if (!pending && good === 0 && patienceMs === 0) return [atMs, observedMs, instance, seq, code];
  return [atMs, observedMs, instance, seq, code, pending ? 1 : 0, good, patienceMs];
}

function unpack([
  atMs,
  observedMs,
  instance,
  seq,
  code,
  pending = 0,
  good = 0,
  patienceMs = 0,
]: PackedSeen): Seen {
  const told = TOLD[code] ?? 'none';
  return { atMs, observedMs, instance, seq, told, pending: pending === 1, good, patienceMs };
}
