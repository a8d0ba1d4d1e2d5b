/** Dead letters of queue `reconcile`: shown on the cluster, tried again slowly. */

import { buryMessage } from '../../lib/reconcile/dead-letter.ts';
import type { PassDeps } from '../../lib/reconcile/engine.ts';
import { ReconcileMessageSchema } from './reconcile-cluster.ts';

export function reconcileDeadLetter(deps: () => PassDeps) {
  return async (body: unknown): Promise<void> => {
    const message = ReconcileMessageSchema.safeParse(body);
    if (!message.success) {
      deps().logger.error('Dropping an unreadable dead letter', { issues: message.error.issues });
      return;
    }
    await buryMessage(deps(), message.data);
  };
}
