/** Every two minutes: what spot machines cost. EC2 moves its prices gradually, over hours rather than minutes. */
import type { PassDeps } from '../../lib/reconcile/engine.ts';
import { trackSpotPrices } from '../../lib/spot/track.ts';

export const TRACK_SCHEDULE = '0 */2 * * * *';

export function track(deps: () => PassDeps) {
  return async (): Promise<void> => {
    await trackSpotPrices(deps());
  };
}
