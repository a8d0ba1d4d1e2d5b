/** Queue `webhooks`: one message, one attempt. Return completes the message, a throw gives it back. */
import { z } from 'zod';
import { deliverWebhook as deliver, type WebhookDeps } from '../../lib/webhooks/deliver.ts';
import { LifecycleEventSchema } from './fan-out-webhooks.ts';

const WebhookMessageSchema = z.object({
  project: z.string(),
  hook: z.string(),
  attempt: z.int().positive(),
  held: z.int().nonnegative(),
  event: LifecycleEventSchema,
});

export function deliverWebhook(deps: () => WebhookDeps) {
  return async (body: unknown): Promise<void> => {
    const message = WebhookMessageSchema.safeParse(body);
    if (!message.success) {
      deps().logger.error('Dropping an unreadable webhook message', { issues: message.error.issues });
      return;
    }
    await deliver(deps(), message.data);
  };
}
