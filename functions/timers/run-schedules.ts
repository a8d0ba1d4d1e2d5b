/** Every 30 s: schedules that are due, and operations that take too long. Cron knows minutes; half of one is soon enough. */

import { runSchedules } from '../../lib/operations/run-schedules.ts';
import type { PassDeps } from '../../lib/reconcile/engine.ts';

export const RUN_SCHEDULES_SCHEDULE = '*/30 * * * * *';

export function runDueSchedules(deps: () => PassDeps) {
  return async (): Promise<void> => {
    await runSchedules(deps());
  };
}
