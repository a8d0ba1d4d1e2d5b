/**
 * The sweep: who was heard of since the last one, who has been silent for too long, and what ripened by time alone. One
 * sweep at a time has the turn (fleet.ts). What it decides is written into `seen` before it is carried out, and
 * marked as done afterwards, so that a crash anywhere is repaired by the next sweep and none has two outcomes.
 * Work follows what is due: a cluster that beats costs one entry in the document of its shard.
 */
import pLimit from 'p-limit';
import { readBeats } from '../agents/beat-log.ts';
import { type RosterEntry, shardAddress } from '../agents/port.ts';
import { type Roster, readRoster } from '../agents/roster.ts';
import { asClusterId, type ClusterId } from '../domain/ids.ts';
import { toEpochMs } from '../domain/time.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { soundAlarm } from './alarm.ts';
import type { HealthDeps } from './change.ts';
import { type Turn, type TurnOptions, takeTurn } from './fleet.ts';
import { judgeSilence } from './judge.ts';
import { sweepReminders } from './ripe.ts';
import {
  hear,
  packSeen,
  type Seen,
  type SeenDocument,
  type SeenMap,
  type Told,
  unheard,
  unpackSeen,
} from './seen.ts';
import { answerTo, type Listening, rankOf, stepOf } from './silence.ts';
import { shortestSilenceMs, thresholdsOf } from './thresholds.ts';

/** Clusters that one sweep looks at one by one; the rest is left to the next. Bounds what a region's end costs. */
const MAX_LOOKS = 1_000;
/** Shards, and clusters, side by side. */
const CONCURRENCY = 16;

export interface Swept {
  readonly clusters: number;
  /** Verdicts that were told. */
  readonly told: number;
  /** Left to the next sweep. */
  readonly left: number;
}

interface Shard {
  readonly shard: number;
  readonly roster: Roster;
  readonly lastBeatsId: string;
  readonly seen: SeenMap;
  /** Absent: there is no document yet. */
  etag?: string;
  /** Something is to be written. */
  isChanged: boolean;
  /** Written by another sweep meanwhile. */
  isLost: boolean;
}

interface Look {
  readonly shard: Shard;
  readonly cluster: ClusterId;
  readonly entry: RosterEntry;
  readonly seen: Seen;
}

/** `undefined`: another sweep had the turn. Throws StoreUnavailableError; the next sweep carries on. */
export async function sweepHealth(deps: HealthDeps, options: TurnOptions): Promise<Swept | undefined> {
  const turn = await takeTurn(deps, options);
  if (!turn) return undefined;
  const limit = pLimit(CONCURRENCY);
  const each = <T, R>(items: readonly T[], work: (item: T) => Promise<R>) =>
    Promise.all(items.map((item) => limit(() => work(item))));

  const numbers = Array.from({ length: turn.fleet.shards }, (_, shard) => shard);
  const shards = (await each(numbers, (shard) => foldShard(deps, turn, shard))).filter(isThere);
  const listening = await soundAlarm(deps, turn, shards);
  if (!listening) return undefined;
  const looks = looksAt(shards, listening);
  const now = looks.slice(0, MAX_LOOKS);
  await each(now, (look) => decide(deps, listening, look));
  await each(shards, (shard) => save(deps, shard));
  const told = await each(now, (look) => carryOut(deps, turn, look));
  await each(shards, (shard) => save(deps, shard));
  await sweepReminders(deps, {
    nowMs: turn.fleet.clockMs,
    periodMs: options.periodMs,
    seenOf: (cluster) => shards.map((shard) => seenIn(shard, cluster)).find(isThere),
  });
  const clusters = shards.reduce((sum, { seen }) => sum + seen.size, 0);
  return { clusters, told: told.filter(Boolean).length, left: looks.length - now.length };
}

function seenIn({ roster, seen }: Shard, cluster: ClusterId): Seen | undefined {
  const entry = roster.get(cluster);
  return entry && seen.get(entry.seat);
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** A shard that cannot be read is left to the next sweep: the others have to be looked after all the same. */
async function foldShard(deps: HealthDeps, turn: Turn, shard: number): Promise<Shard | undefined> {
  try {
    return await fold(deps, turn, shard);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    deps.logger.warn('Leaving a shard to the next health sweep', { shard });
    return undefined;
  }
}

async function fold(deps: HealthDeps, turn: Turn, shard: number): Promise<Shard> {
  const stored = await deps.store.read<SeenDocument>(shardAddress(shard), 'seen');
  const nowMs = turn.fleet.clockMs;
  const afterId = stored?.document.lastBeatsId ?? '';
  const { beats, lastId } = await readBeats(deps.store, shard, { afterId, nowMs });
  // After the beats: whoever has beaten is on it, unless it has left.
  const roster = await readRoster(deps, shard, 0);
  const seen: SeenMap = stored ? unpackSeen(stored.document) : new Map();
  const epochs = new Map(Array.from(roster.values(), ({ seat, epoch }) => [seat, epoch]));
  let isChanged = enlist(seen, roster, turn, epochs);
  const hearing = { nowMs, observedAt: turn.observedAt, togetherMs: shortestSilenceMs(deps.config) };
  for (const beat of beats) {
    const before = seen.get(beat.seat);
    if (before === undefined || beat.epoch < (epochs.get(beat.seat) ?? 0)) continue;
    const after = hear(before, beat, hearing);
    if (after === before) continue;
    seen.set(beat.seat, after);
    isChanged = true;
  }
  return {
    shard,
    roster,
    ...(stored && { etag: stored.etag }),
    lastBeatsId: lastId,
    seen,
    isChanged,
    isLost: false,
  };
}

/** Who is new on the roster starts to be waited for; who left it is forgotten. Whether anything changed. */
function enlist(
  seen: SeenMap,
  roster: Roster,
  { observedAt, observedBeforeMs }: Turn,
  seats: ReadonlyMap<number, unknown>,
): boolean {
  let isChanged = false;
  for (const { seat, since } of roster.values()) {
    if (seen.has(seat)) continue;
    // What nobody watched for has not been waited for.
    seen.set(seat, unheard(Math.max(observedBeforeMs, observedAt(toEpochMs(since)))));
    isChanged = true;
  }
  if (seen.size === roster.size) return isChanged;
  for (const seat of seen.keys()) if (!seats.has(seat)) seen.delete(seat);
  return true;
}

/** What does not fit comes first the next time. */
function looksAt(shards: readonly Shard[], listening: Listening): readonly Look[] {
  const looks: (Look & { readonly rank: number })[] = [];
  for (const shard of shards) {
    for (const [uid, entry] of shard.roster) {
      const seen = shard.seen.get(entry.seat);
      const step = seen && stepOf(seen, listening);
      if (step === undefined || seen === undefined || step.kind === 'rest') continue;
      looks.push({ shard, cluster: asClusterId(uid), entry, seen, rank: rankOf(seen, step) });
    }
  }
  return looks.sort((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)));
}

/** Puts what is to be told into the entry; it is carried out once that is stored. */
async function decide(deps: HealthDeps, listening: Listening, look: Look): Promise<void> {
  const { shard, entry, seen } = look;
  const step = stepOf(seen, listening);
  if (step.kind === 'rest') return;
  const next = step.kind === 'tell' ? telling(seen, step.verdict) : await asked(deps, listening, look);
  shard.isChanged ||= next !== seen;
  shard.seen.set(entry.seat, next);
}

function telling(seen: Seen, verdict: Exclude<Told, 'none'>): Seen {
  // A repeat keeps the good beats that it has.
  const good = verdict === seen.told ? seen.good : 0;
  return { ...seen, told: verdict, pending: true, good, patienceMs: 0 };
}

async function asked(deps: HealthDeps, listening: Listening, { cluster, entry, seen }: Look): Promise<Seen> {
  const { unhealthyAfterMs } = await thresholdsOf(deps, { id: cluster, project: entry.project });
  const answer = answerTo(seen, listening, unhealthyAfterMs);
  return 'verdict' in answer ? telling(seen, answer.verdict) : { ...seen, patienceMs: answer.patienceMs };
}

/** Whether it was told. What the store refuses stays pending: the next sweep tells it. */
async function carryOut(
  deps: HealthDeps,
  { fleet }: Turn,
  { shard, cluster, entry }: Look,
): Promise<boolean> {
  const seen = shard.seen.get(entry.seat);
  if (!seen?.pending || seen.told === 'none' || shard.isLost) return false;
  const heard = { cluster, sweptAtMs: fleet.sweptAtMs, verdict: seen.told, seenAtMs: seen.atMs };
  try {
    const { kind } = await judgeSilence(deps, heard);
    shard.seen.set(entry.seat, { ...seen, pending: false });
    shard.isChanged = true;
    return kind === 'changed';
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    deps.logger.warn('Leaving a change of health to the next sweep', { clusterId: cluster });
    return false;
  }
}

/** Another writer can only be a sweep that has the turn by now: what this one found is worth nothing then. */
async function save({ store }: HealthDeps, shard: Shard): Promise<void> {
  if (!shard.isChanged || shard.isLost) return;
  const at = shardAddress(shard.shard);
  const document = packSeen(shard.lastBeatsId, shard.seen);
  const written = await (shard.etag === undefined
    ? store.create(at, document)
    : store.replace(at, document, shard.etag));
  shard.isChanged = false;
  if (written.kind === 'written') shard.etag = written.etag;
  else shard.isLost = true;
}
