/** Every minute: who is alive, who has been silent for too long. Locally every ten seconds, as agents beat there. */
import type { InvocationContext, Timer } from '@azure/functions';
import type { HealthDeps } from '../../lib/health/change.ts';
import { sweepHealth } from '../../lib/health/sweep.ts';

export const HEALTH_SCHEDULE = '0 * * * * *';
/** Milliseconds between two runs; local/stack.ts has the schedule of local mode. */
const PERIOD_MS = { azure: 60_000, local: 10_000 } as const;

export function sweepHealthOf(deps: () => HealthDeps) {
  return async (timer: Timer, _context: InvocationContext): Promise<void> => {
    const periodMs = PERIOD_MS[deps().config.mode];
    await sweepHealth(deps(), { periodMs, isPastDue: timer.isPastDue });
  };
}
