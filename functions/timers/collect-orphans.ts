/** Every quarter of an hour: what outlived its cluster is deleted. */
import { collectOrphans } from '../../lib/reconcile/collect-orphans.ts';
import type { PassDeps } from '../../lib/reconcile/engine.ts';

export const COLLECT_SCHEDULE = '0 */15 * * * *';

export function collect(deps: () => PassDeps) {
  return async (): Promise<void> => {
    await collectOrphans(deps());
  };
}
