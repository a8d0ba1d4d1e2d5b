/** Queue `reconcile`: one message, one pass. Return completes the message, a throw abandons it. */
import type { InvocationContext } from '@azure/functions';
import { z } from 'zod';
import type { PassDeps } from '../../lib/reconcile/engine.ts';
import { runPass } from '../../lib/reconcile/pass.ts';

export const ReconcileMessageSchema = z.object({
  clusterId: z.uuid(),
  reason: z.string().max(200),
  wake: z.int().nonnegative(),
});

/** The pass ended without a result, and says so by design; the runtime needs a throw to give the message back. */
export class PassAbandonedError extends Error {
  override readonly name = 'PassAbandonedError';
}

export function reconcileCluster(deps: () => PassDeps) {
  return async (body: unknown, context: InvocationContext): Promise<void> => {
    const message = ReconcileMessageSchema.safeParse(body);
    if (!message.success) {
      // Not ours and not mendable by delivering it again.
      deps().logger.error('Dropping an unreadable reconcile message', { issues: message.error.issues });
      return;
    }
    const verdict = await runPass(deps(), { message: message.data, deliveryCount: redeliveries(context) });
    if (verdict === 'abandon') throw new PassAbandonedError(`Pass of ${message.data.clusterId} given back`);
  };
}

/** The runtime counts deliveries from 1 (functions.md 1.3); the protocol counts what came before. */
function redeliveries(context: InvocationContext): number {
  const count = Number(context.triggerMetadata?.deliveryCount ?? 1);
  return Number.isFinite(count) ? Math.max(0, count - 1) : 0;
}
