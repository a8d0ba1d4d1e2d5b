/**
 * Which places for backups a cluster has, as far as it is known: an agent that is heard of says so with its beats, older
 * ones say it with the result of a backup.
 */
import { readAgentState } from '../agents/agent-state.ts';
import type { Deps } from '../deps.ts';
import type { BackupLocationReport } from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, HOUR_MS, toEpochMs } from '../domain/time.ts';
import type { OperationsDocument } from './document.ts';
import { waitingNote } from './waiting.ts';

/** Places come and go inside the cluster, unseen: what was said longer ago is no reason to refuse one. Our choice. */
const BELIEVED_MS = HOUR_MS;

export interface PlacesQuestion {
  readonly cluster: ClusterId;
  readonly operations: OperationsDocument;
  readonly nowMs: EpochMs;
}

/** `undefined`: not known well enough. */
export async function backupPlaces(
  deps: Pick<Deps, 'store'>,
  { cluster, operations: { backupLocations: told }, nowMs }: PlacesQuestion,
): Promise<readonly BackupLocationReport[] | undefined> {
  const reported = (await readAgentState(deps, cluster))?.backupLocations;
  if (reported !== undefined && (await waitingNote(deps, cluster)) === undefined) return reported;
  const isFresh = told !== undefined && nowMs - toEpochMs(told.at) < BELIEVED_MS;
  return isFresh ? told.names.map((name) => ({ name })) : undefined;
}
