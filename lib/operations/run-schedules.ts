/**
 * The timer behind schedules and deadlines: looks at the clusters of which a reminder is due, oldest first, and at nothing
 * else. A reminder goes only after its look, so that what dies on the way is looked at again.
 */
import { asClusterId } from '../domain/ids.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { OperationsDeps } from './change.ts';
import { lookAt } from './look.ts';
import { dueReminders, forget, REMINDER_SHARDS, type Reminder } from './reminders.ts';

/** Looks side by side, and how long one run goes on; the rest is the next one's. Our choice. */
const TOGETHER = 16;
const PATIENCE_MS = 25 * SECOND_MS;

/** Number of looks. */
export async function runSchedules(deps: OperationsDeps): Promise<number> {
  const begunAt = deps.clock.monotonic();
  let looks = 0;
  for (let shard = 0; shard < REMINDER_SHARDS; shard += 1) {
    let after: string | undefined;
    while (deps.clock.monotonic() - begunAt < PATIENCE_MS) {
      const due = await dueReminders(deps, shard, {
        untilMs: deps.clock.now(),
        limit: TOGETHER,
        ...(after === undefined ? {} : { after }),
      });
      await Promise.all(due.map((reminder) => takeUp(deps, reminder)));
      looks += due.length;
      after = due.at(-1)?.id;
      if (due.length < TOGETHER) break;
    }
  }
  return looks;
}

/** One cluster that cannot be looked at must not keep the others waiting; its reminder stays. */
async function takeUp(deps: OperationsDeps, reminder: Reminder): Promise<void> {
  const cluster = asClusterId(reminder.cluster);
  try {
    const { upSince } = reminder;
    await lookAt(deps, { cluster, ...(upSince === undefined ? {} : { upSince }) });
    await forget(deps, reminder);
  } catch (error) {
    deps.logger.error('Looking at the schedules of a cluster failed', { clusterId: cluster, error });
  }
}
