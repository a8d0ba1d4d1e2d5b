/** A cluster's schedules as people look at them: when each runs next, and what came of the last time. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import { nextFire } from './cron.ts';
import type { OperationState } from './document.ts';
import { readOperation } from './read.ts';
import { type Schedule, schedulesOf } from './schedule.ts';
import { readOperations } from './store.ts';

export interface ShownSchedule {
  /** `osPatching`, `scans/kubeBench`, `backup`. */
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  /** Absent: never again, or the cluster is being deleted. */
  readonly nextRunAt?: Instant;
  readonly lastRun?: {
    readonly operation: string;
    readonly dueAt: Instant;
    readonly begunAt: Instant;
    /** Absent: it is no longer kept. */
    readonly state?: OperationState;
  };
  /** It was due while the one before was still under way. */
  readonly lastSkippedAt?: Instant;
}

export async function showSchedules(
  deps: Pick<Deps, 'store' | 'clock'>,
  cluster: ClusterDocument,
): Promise<readonly ShownSchedule[]> {
  const { document } = await readOperations(deps, cluster.id);
  return Promise.all(
    schedulesOf(cluster.spec.schedules).map(async (schedule) => {
      const { last, skippedAt } = document.schedules[schedule.name] ?? {};
      const operation = last && (await readOperation(deps, cluster.id, last.operation))?.document;
      return {
        name: schedule.name,
        cron: schedule.cron,
        timezone: schedule.timezone ?? 'UTC',
        ...nextRun(schedule, cluster, deps.clock.now()),
        ...(last && {
          lastRun: {
            operation: last.operation,
            dueAt: last.dueAt,
            begunAt: last.at,
            ...(operation && { state: operation.state }),
          },
        }),
        ...(skippedAt !== undefined && { lastSkippedAt: skippedAt }),
      };
    }),
  );
}

function nextRun(
  schedule: Schedule,
  { deletedAt }: ClusterDocument,
  nowMs: number,
): Pick<ShownSchedule, 'nextRunAt'> {
  const nextMs = deletedAt === undefined ? nextFire(schedule, nowMs) : undefined;
  return nextMs === undefined ? {} : { nextRunAt: toInstant(nextMs) };
}
