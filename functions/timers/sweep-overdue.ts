/** Every 30 s: what is overdue is sent again. */
import type { PassDeps } from '../../lib/reconcile/engine.ts';
import { sweepOverdue } from '../../lib/reconcile/sweep.ts';

export const SWEEP_SCHEDULE = '*/30 * * * * *';
const SWEEP = { periodMs: 30_000, graceMs: 15_000 } as const;

export function sweep(deps: () => PassDeps) {
  return async (): Promise<void> => {
    await sweepOverdue(deps(), SWEEP);
  };
}
