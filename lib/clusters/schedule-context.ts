/** What schedules are judged by: the time, and the places for backups when a change could name one. */
import type { ScheduleContext } from '../api/rules/schedules.ts';
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { backupPlaces } from '../operations/backup-places.ts';
import { readOperations } from '../operations/store.ts';
import { isObject } from './merge-patch.ts';

export async function scheduleContext(
  deps: Pick<Deps, 'store' | 'clock'>,
  cluster: ClusterId,
  patch: unknown,
): Promise<ScheduleContext> {
  const nowMs = deps.clock.now();
  if (!namesBackup(patch)) return { nowMs };
  const operations = (await readOperations(deps, cluster)).document;
  const locations = await backupPlaces(deps, { cluster, operations, nowMs });
  return { nowMs, ...(locations === undefined ? {} : { locations }) };
}

function namesBackup(patch: unknown): boolean {
  return isObject(patch) && isObject(patch.schedules) && isObject(patch.schedules.backup);
}
