/** Every 20 s: what clouds announce about machines. Spot instances are taken back two minutes after the warning. */
import { drainCloudEvents } from '../../lib/cloud-events/drain.ts';
import type { PassDeps } from '../../lib/reconcile/engine.ts';

export const DRAIN_SCHEDULE = '*/20 * * * * *';

export function drain(deps: () => PassDeps) {
  return async (): Promise<void> => {
    await drainCloudEvents(deps());
  };
}
