/**
 * The clusters of a shard with what a beat has to be checked against. Every instance remembers the document for a few
 * seconds, so that a beat costs no read of its own; changes are rare and replace it as a whole with If-Match. Its revision
 * is written beside it in a document of its own, which is all that is read as long as nothing changed: a roster of
 * thousands of clusters is half a megabyte.
 */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { SECOND_MS, toInstant } from '../domain/time.ts';
import {
  type DocumentStore,
  type Stored,
  type StoredDocument,
  StoreUnavailableError,
} from '../store/port.ts';
import { ensureEnrolment, readEnrolment } from './enrolment.ts';
import { type RosterDocument, type RosterEntry, shardAddress } from './port.ts';

type RosterDeps = Pick<Deps, 'store' | 'clock'>;

/** By cluster uid. */
export type Roster = ReadonlyMap<string, RosterEntry>;

/** What an instance remembers is believed so long; a new revision and a raised epoch take effect no later. Our choice. */
const REMEMBERED_MS = 5 * SECOND_MS;
const ID = 'roster';
/** Creations in a crowd meet here; each round of them has a winner. */
const TRIES = 100;

const MARK = 'roster-revision';

interface Versioned {
  /** Absent: nobody has changed it yet. */
  readonly revision: number | undefined;
  readonly roster: Roster;
}

interface Remembered {
  readonly readAtMs: number;
  readonly versioned: Promise<Versioned>;
}

interface RosterMark extends StoredDocument {
  readonly id: typeof MARK;
  readonly type: typeof MARK;
  readonly revision: number;
}

/** By store, because a store is what an instance has one of. */
const memory = new WeakMap<DocumentStore, Map<number, Remembered>>();

/**
 * `maxAgeMs`: 0 asks the store. Callers that come while it is asked share the answer. Throws StoreUnavailableError.
 */
export async function readRoster(
  deps: RosterDeps,
  shard: number,
  maxAgeMs: number = REMEMBERED_MS,
): Promise<Roster> {
  return (await readVersioned(deps, shard, maxAgeMs)).roster;
}

function readVersioned(deps: RosterDeps, shard: number, maxAgeMs: number): Promise<Versioned> {
  const shards = memoryOf(deps.store);
  const nowMs = deps.clock.monotonic();
  const held = shards.get(shard);
  if (held !== undefined && nowMs - held.readAtMs < maxAgeMs) return held.versioned;
  const fresh: Remembered = { readAtMs: nowMs, versioned: refreshed(deps, shard, held) };
  shards.set(shard, fresh);
  // A failure is nobody's answer but of those who waited for it.
  fresh.versioned.catch(() => {
    if (shards.get(shard) === fresh) shards.delete(shard);
  });
  return fresh.versioned;
}

/** What is held, when its revision is still the one. */
async function refreshed(deps: RosterDeps, shard: number, held: Remembered | undefined): Promise<Versioned> {
  const before = await held?.versioned.catch(() => undefined);
  if (before?.revision !== undefined) {
    const mark = await deps.store.read<RosterMark>(shardAddress(shard), MARK);
    if (mark?.document.revision === before.revision) return before;
  }
  const stored = await load(deps, shard);
  return { revision: stored?.document.revision, roster: mapOf(stored) };
}

/** An entry that may not have its seat yet. */
type Unseated = Omit<RosterEntry, 'seat'>;

/** What the roster says of a cluster beside what its agent earned. */
export interface RosterMember {
  readonly cluster: ClusterId;
  readonly name: string;
  readonly project: string;
  readonly generation: number;
}

/** Puts the cluster on the roster, or its newer generation. Repeating it changes nothing; generations never go back. */
export async function putRosterEntry(
  deps: Pick<Deps, 'store' | 'clock' | 'config'>,
  { cluster, name, project, generation }: RosterMember,
): Promise<void> {
  const { shard, epoch } = await ensureEnrolment(deps, cluster);
  const since = toInstant(deps.clock.now());
  await changeRosterEntry(deps, shard, cluster, (entry) => {
    const revision = parseRevision(entry?.revision);
    if (entry !== undefined && revision.generation >= generation) return entry;
    const next = formatRevision({ ...revision, generation });
    return { since, epoch, ...entry, name, project, revision: next };
  });
}

/** From the next few seconds on its agent is told that there is no such cluster. Absent is fine. */
export async function removeRosterEntry(deps: RosterDeps, cluster: ClusterId): Promise<void> {
  const enrolment = await readEnrolment(deps, cluster);
  if (enrolment === undefined) return;
  await changeRosterEntry(deps, enrolment.document.shard, cluster, () => undefined);
}

/** The spec changed: the agent fetches its definition. A cluster without agent is fine; generations never go back. */
export async function raiseGeneration(
  deps: RosterDeps,
  cluster: ClusterId,
  generation: number,
): Promise<void> {
  await changeRevision(deps, cluster, (before) =>
    before.generation < generation ? { ...before, generation } : before,
  );
}

/** There is something else to do, or to stop doing: the agent fetches its definition. A cluster without agent is fine. */
export async function raiseOperations(deps: RosterDeps, cluster: ClusterId): Promise<void> {
  await changeRevision(deps, cluster, (before) => ({ ...before, operations: before.operations + 1 }));
}

async function changeRevision(
  deps: RosterDeps,
  cluster: ClusterId,
  change: (revision: Revision) => Revision,
): Promise<void> {
  const enrolment = await readEnrolment(deps, cluster);
  if (enrolment === undefined) return;
  await changeRosterEntry(deps, enrolment.document.shard, cluster, (entry) => {
    if (entry === undefined) return undefined;
    const revision = formatRevision(change(parseRevision(entry.revision)));
    return revision === entry.revision ? entry : { ...entry, revision };
  });
}

/** Of a definition. */
export interface Revision {
  readonly generation: number;
  readonly operations: number;
}

/** What is no revision counts as the one before the first. */
export function parseRevision(text: string | undefined): Revision {
  const [, generation = '0', operations = '0'] = /^(\d{1,15})\.(\d{1,15})$/.exec(text ?? '') ?? [];
  return { generation: Number(generation), operations: Number(operations) };
}

const formatRevision = ({ generation, operations }: Revision): string => `${generation}.${operations}`;

/**
 * Puts what `change` makes of the cluster's entry; `undefined` takes it off, the same entry writes nothing. It may be
 * called again with a newer one. Throws StoreUnavailableError, also when others keep winning.
 */
export async function changeRosterEntry(
  deps: RosterDeps,
  shard: number,
  cluster: ClusterId,
  change: (entry: RosterEntry | undefined) => Unseated | undefined,
): Promise<RosterEntry | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await load(deps, shard);
    const before = stored?.document.clusters ?? {};
    const entry = before[cluster];
    const changed = change(entry);
    if (changed === entry) return entry;
    const { revision: revisionBefore = 0, seats = 0 } = stored?.document ?? {};
    const next = changed && { ...changed, seat: entry?.seat ?? seats };
    const { [cluster]: _, ...others } = before;
    const document: RosterDocument = {
      id: ID,
      type: 'roster',
      revision: revisionBefore + 1,
      seats: Math.max(seats, next === undefined ? 0 : next.seat + 1),
      clusters: next === undefined ? others : { ...others, [cluster]: next },
    };
    if (!(await save(deps, shard, document, stored?.etag))) continue;
    memoryOf(deps.store).delete(shard);
    return next;
  }
  throw new StoreUnavailableError(`The roster of shard ${shard} was changed by others all the time`);
}

function load({ store }: RosterDeps, shard: number): Promise<Stored<RosterDocument> | undefined> {
  return store.read<RosterDocument>(shardAddress(shard), ID);
}

async function save(
  { store }: RosterDeps,
  shard: number,
  document: RosterDocument,
  etag: string | undefined,
): Promise<boolean> {
  const mark: RosterMark = { id: MARK, type: MARK, revision: document.revision };
  const written = await store.batch(shardAddress(shard), [
    etag === undefined ? { op: 'create', document } : { op: 'replace', document, etag },
    { op: 'upsert', document: mark },
  ]);
  return written.kind === 'written';
}

function mapOf(stored: Stored<RosterDocument> | undefined): Roster {
  return new Map(Object.entries(stored?.document.clusters ?? {}));
}

function memoryOf(store: DocumentStore): Map<number, Remembered> {
  const known = memory.get(store);
  if (known !== undefined) return known;
  const fresh = new Map<number, Remembered>();
  memory.set(store, fresh);
  return fresh;
}
