/**
 * The two writes that make a cluster: the name is reserved in the directory, then the document is created, due at once,
 * with the first event of its stream.
 * A crash between them leaves a reservation without a document; after a minute another request may take it over.
 */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { type EpochMs, MINUTE_MS, toEpochMs } from '../domain/time.ts';
import { nudge } from '../reconcile/change.ts';
import { clusterAddress, eventOperations } from '../reconcile/event-log.ts';
import { clusterRequested } from './change-events.ts';
import { directoryAddress, entryOf, readEntry, removeEntry, reserveName } from './directory.ts';
import { readCluster } from './read.ts';

/** A reservation older than this whose document does not exist belongs to a request that died. */
const RESERVATION_MS = MINUTE_MS;
/** A request that was held up this long gives up, so that it never writes beside one that took its name over. */
const PATIENCE_MS = RESERVATION_MS / 2;

export type Storing = 'stored' | 'name-taken' | 'too-slow';

type StoringDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'logger'>;

export async function storeNew(deps: StoringDeps, document: ClusterDocument): Promise<Storing> {
  const begunAt = deps.clock.monotonic();
  if (!(await reserve(deps, document))) return 'name-taken';
  if (deps.clock.monotonic() - begunAt > PATIENCE_MS) {
    await removeEntry(deps, document);
    return 'too-slow';
  }
  await createWithEvent(deps, document);
  await nudge(deps, document, 'created');
  return 'stored';
}

/** In one batch: nobody sees a cluster that nobody has asked for. */
async function createWithEvent({ store, clock }: StoringDeps, newborn: ClusterDocument): Promise<void> {
  const { document, operations } = eventOperations(newborn, [clusterRequested(newborn)], clock.now());
  await store.batch(clusterAddress(document.id), [{ op: 'create', document }, ...operations]);
}

async function reserve(deps: StoringDeps, document: ClusterDocument): Promise<boolean> {
  const reserved = await reserveName(deps, document);
  if (reserved.kind === 'written') return true;
  const taken = await readEntry(deps, document.project, document.name);
  if (!taken) return (await reserveName(deps, document)).kind === 'written';
  if (!isAbandoned(taken.document.updatedAt, deps.clock.now())) return false;
  if (await readCluster(deps, taken.document.summary.uid)) return false;
  const takenOver = await deps.store.replace(
    directoryAddress(document.project),
    entryOf(document),
    taken.etag,
  );
  return takenOver.kind === 'written';
}

function isAbandoned(updatedAt: string, nowMs: EpochMs): boolean {
  return nowMs - toEpochMs(updatedAt) > RESERVATION_MS;
}

/** For validation, before anything is written: would `storeNew` find the name free? */
export async function isNameFree(
  deps: Pick<Deps, 'store' | 'clock'>,
  project: string,
  name: string,
): Promise<boolean> {
  const taken = await readEntry(deps, project, name);
  if (!taken) return true;
  if (!isAbandoned(taken.document.updatedAt, deps.clock.now())) return false;
  return (await readCluster(deps, taken.document.summary.uid)) === undefined;
}
