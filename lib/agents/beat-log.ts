/**
 * Beats, written in company: the first one that an instance receives opens a window, and when it closes everything that
 * came until then is one document for each shard. A beat is acknowledged when its document is stored, so that what was
 * acknowledged is never lost. The sweep reads the documents in the order of their ids, which is that of time.
 */
import { hash } from 'node:crypto';
import type { Clock, Ids, Timers } from '../domain/ports.ts';
import { type EpochMs, SECOND_MS } from '../domain/time.ts';
import { PackedNumbers, packNumbers } from '../store/packed-numbers.ts';
import type { DocumentStore, StoredDocument } from '../store/port.ts';
import { type Beat, type BeatLog, shardAddress } from './port.ts';

/** Our choice: many sweeps long, so that a sweep that was down for a while misses nothing. */
const TTL_SECONDS = 30 * 60;
/** Of some 20 bytes each. A herd that comes back fills documents, which stay far below the store's 2 MB. */
const MAX_BEATS = 2_000;
/**
 * Ids of instances interleave: one that was written late may sort before one that was read already. As far back is
 * looked again: above the longest write (lib/store/cosmos.ts) and what the clocks of our instances differ by.
 */
const OVERLAP_MS = 15 * SECOND_MS;
const PREFIX = 'beats-';
const TIME_DIGITS = 13;
const PAGE = 100;

interface BeatsDocument extends StoredDocument {
  readonly type: 'beats';
  readonly fromMs: EpochMs;
  /** For each its seat, milliseconds after `fromMs` at which it was received, epoch, process, and sequence. */
  readonly beats: string;
}

export interface BeatLogDeps {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timers: Timers;
  /** How long the first beat of a window waits for others, milliseconds. */
  readonly windowMs: number;
}

interface Window {
  readonly beats: Beat[];
  readonly written: PromiseWithResolvers<void>;
}

/** A short name for a process of an agent, of 32 bits: those of one cluster that follow each other have to differ, no others. */
export function processOf(instance: string): number {
  return hash('sha256', instance, 'buffer').readUInt32BE(0);
}

/** Of one instance of the server; its random name keeps its ids apart from those of others. */
export function beatLog(deps: BeatLogDeps): BeatLog {
  const instance = deps.ids.uuid();
  const open = new Map<number, Window>();
  let commits = 0;
  let waiting = false;

  const flush = (shard: number) => {
    const window = open.get(shard);
    if (!window) return;
    open.delete(shard);
    commits += 1;
    const id = `${idAt(deps.clock.now())}-${instance}-${commits}`;
    // Whatever goes wrong is for those who wait: what a timer throws ends the process.
    write(shard, id, window.beats).then(window.written.resolve, window.written.reject);
  };
  const write = async (shard: number, id: string, beats: readonly Beat[]): Promise<void> => {
    // An id that exists is this very write, tried again by the client: nobody else makes it.
    await deps.store.create(shardAddress(shard), pack(id, beats));
  };
  const flushAll = () => {
    waiting = false;
    for (const shard of open.keys()) flush(shard);
  };
  return {
    record(shard, beat) {
      const window = open.get(shard) ?? { beats: [], written: Promise.withResolvers<void>() };
      open.set(shard, window);
      window.beats.push(beat);
      if (window.beats.length >= MAX_BEATS) flush(shard);
      else if (!waiting) {
        waiting = true;
        deps.timers.after(deps.windowMs, flushAll);
      }
      return window.written.promise;
    },
  };
}

export interface BeatsRead {
  /** In the order in which they were written, roughly that of time. Some were in an earlier answer as well. */
  readonly beats: readonly Beat[];
  /** For the next call; the given one as long as nothing came after it. */
  readonly lastId: string;
}

export interface ReadFrom {
  /** `lastId` of an earlier call; empty: everything that has not expired. */
  readonly afterId: string;
  /** Of the reader's clock. */
  readonly nowMs: EpochMs;
}

/**
 * What was written to a shard since then. Reads a little further back than that, so what is made of the beats must not
 * change when one comes twice. An instance whose clock is ahead does not hide what the others write: what is later than now
 * is read, and read again until it is not.
 */
export async function readBeats(
  store: DocumentStore,
  shard: number,
  { afterId, nowMs }: ReadFrom,
): Promise<BeatsRead> {
  const beats: Beat[] = [];
  const now = idAt(nowMs + 1);
  // From the future: our clock was put back, and what came since is anywhere before it.
  const from = afterId < now ? afterId : '';
  let lastId = from;
  let continuation: string | undefined;
  do {
    const page = await store.query<BeatsDocument>({
      ...shardAddress(shard),
      where: [
        { field: 'id', is: '>=', value: overlapping(from) },
        { field: 'id', is: 'startsWith', value: PREFIX },
      ],
      orderBy: { field: 'id', direction: 'asc' },
      limit: PAGE,
      ...(continuation === undefined ? {} : { continuation }),
    });
    for (const { document } of page.items) {
      unpackInto(beats, document);
      if (document.id > lastId && document.id < now) lastId = document.id;
    }
    continuation = page.continuation;
  } while (continuation !== undefined);
  return { beats, lastId };
}

function overlapping(afterId: string): string {
  if (!afterId.startsWith(PREFIX)) return PREFIX;
  const timeMs = Number(afterId.slice(PREFIX.length, PREFIX.length + TIME_DIGITS));
  return idAt(Math.max(0, timeMs - OVERLAP_MS));
}

/** Before all ids of this time and after all of earlier ones. */
function idAt(ms: EpochMs): string {
  return `${PREFIX}${String(ms).padStart(TIME_DIGITS, '0')}`;
}

function pack(id: string, beats: readonly Beat[]): BeatsDocument {
  const fromMs = beats[0]?.atMs ?? 0;
  const numbers = beats.flatMap(({ seat, atMs, epoch, process, seq }) => [
    seat,
    atMs - fromMs,
    epoch,
    process,
    seq,
  ]);
  return { id, type: 'beats', ttl: TTL_SECONDS, fromMs, beats: packNumbers(numbers) };
}

function unpackInto(beats: Beat[], document: BeatsDocument): void {
  const numbers = new PackedNumbers(document.beats);
  while (!numbers.isAtEnd) {
    const seat = numbers.next();
    const atMs = document.fromMs + numbers.next();
    beats.push({ seat, atMs, epoch: numbers.next(), process: numbers.next(), seq: numbers.next() });
  }
}
