/**
 * What a pass leaves for schedules: a reminder when they may have been set or changed, one when the cluster is up for the
 * first time, and one a day, so that a schedule whose reminder was ever lost is asleep for a day at most. Clusters
 * without schedules cost nothing.
 */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { remind } from './reminders.ts';

/** `before` is `after` when a pass died between its commit and this: then nobody knows, and it is done again. */
export async function remindAfterPass(
  deps: Pick<Deps, 'store' | 'clock'>,
  before: ClusterDocument,
  after: ClusterDocument,
): Promise<void> {
  if (after.spec.schedules === undefined || after.deletedAt !== undefined) return;
  const isRepeat = before === after;
  const nowMs = deps.clock.now();
  if (isRepeat || before.observedGeneration !== after.observedGeneration || isFirstOfDay(before, after)) {
    await remind(deps, after.id, nowMs);
  }
  const { provisionedAt } = after;
  if (provisionedAt !== undefined && (isRepeat || before.provisionedAt === undefined)) {
    await remind(deps, after.id, nowMs, provisionedAt);
  }
}

function isFirstOfDay(before: ClusterDocument, after: ClusterDocument): boolean {
  return dayOf(before.lastFullLookAt) !== dayOf(after.lastFullLookAt);
}

function dayOf(at: string | undefined): string | undefined {
  return at?.slice(0, 10);
}
