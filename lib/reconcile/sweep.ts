/**
 * The guarantee behind the hints: what is overdue is sent again. Writes nothing (protocol rule 6), so it can run
 * anywhere, twice, or late; its messages die by themselves when the chain is alive after all.
 */
import type { ClusterDocument } from '../domain/cluster.ts';
import { type EpochMs, toInstant } from '../domain/time.ts';
import type { Stored } from '../store/port.ts';
import type { PassDeps } from './engine.ts';

export interface SweepOptions {
  /** Wall milliseconds between two sweeps. */
  readonly periodMs: number;
  /** Wall milliseconds that a cluster may be overdue before it is sent again: a message's ordinary delay. */
  readonly graceMs: number;
}

/** Clusters of one sweep. The rest is found by the next one, oldest first. */
const LIMIT = 500;

/** Number of messages sent. */
export async function sweepOverdue(deps: PassDeps, options: SweepOptions): Promise<number> {
  const now = deps.clock.now();
  const overdue = await findOverdue(deps, now - options.graceMs);
  for (const { document } of overdue) {
    await deps.queue.sendReconcile(
      { clusterId: document.id, reason: 'overdue', wake: document.wake },
      { timeToLiveMs: 2 * options.periodMs },
    );
  }
  if (overdue.length > 0) deps.logger.info('Nudged overdue clusters', { count: overdue.length });
  return overdue.length;
}

async function findOverdue(deps: PassDeps, before: EpochMs): Promise<readonly Stored<ClusterDocument>[]> {
  const page = await deps.store.query<ClusterDocument>({
    container: 'clusters',
    where: [
      { field: 'type', is: '=', value: 'cluster' },
      { field: 'nextAttemptAt', is: '<', value: toInstant(before) },
    ],
    orderBy: { field: 'nextAttemptAt', direction: 'asc' },
    limit: LIMIT,
  });
  return page.items;
}
