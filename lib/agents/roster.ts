/**
 * The clusters of a shard with what a beat has to be checked against. Every instance remembers the document for a few
 * seconds, so that a beat costs no read of its own; changes are rare and replace it as a whole with If-Match.
 */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { SECOND_MS, toInstant } from '../domain/time.ts';
import { type DocumentStore, type Stored, StoreUnavailableError } from '../store/port.ts';
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

interface Remembered {
  readonly readAtMs: number;
  readonly roster: Promise<Roster>;
}

/** By store, because a store is what an instance has one of. */
const memory = new WeakMap<DocumentStore, Map<number, Remembered>>();

/**
 * `maxAgeMs`: 0 asks the store. Callers that come while it is asked share the answer. Throws StoreUnavailableError.
 */
export function readRoster(
  deps: RosterDeps,
  shard: number,
  maxAgeMs: number = REMEMBERED_MS,
): Promise<Roster> {
  const shards = memoryOf(deps.store);
  const nowMs = deps.clock.monotonic();
  const held = shards.get(shard);
  if (held !== undefined && nowMs - held.readAtMs < maxAgeMs) return held.roster;
  const fresh: Remembered = { readAtMs: nowMs, roster: load(deps, shard).then(mapOf) };
  shards.set(shard, fresh);
  // A failure is nobody's answer but of those who waited for it.
  fresh.roster.catch(() => {
    if (shards.get(shard) === fresh) shards.delete(shard);
  });
  return fresh.roster;
}

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
  change: (entry: RosterEntry | undefined) => RosterEntry | undefined,
): Promise<RosterEntry | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await load(deps, shard);
    const before = stored?.document.clusters ?? {};
    const entry = before[cluster];
    const next = change(entry);
    if (next === entry) return entry;
    const { [cluster]: _, ...others } = before;
    const clusters = next === undefined ? others : { ...others, [cluster]: next };
    if (!(await save(deps, shard, { id: ID, type: 'roster', clusters }, stored?.etag))) continue;
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
  const at = shardAddress(shard);
  const written = etag === undefined ? store.create(at, document) : store.replace(at, document, etag);
  return (await written).kind === 'written';
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
