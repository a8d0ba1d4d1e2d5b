/** Subscription `webhooks` of topic `lifecycle`: who of the project wants to hear of this event. */
import { z } from 'zod';
import type { Deps } from '../../lib/deps.ts';
import { fanOut } from '../../lib/webhooks/fan-out.ts';

/** As much of a CloudEvent as is looked at; the rest travels along. */
export const LifecycleEventSchema = z.looseObject({
  id: z.string().min(1),
  source: z.string(),
  type: z.string(),
});

export function fanOutWebhooks(deps: () => Pick<Deps, 'store' | 'queue' | 'logger'>) {
  return async (body: unknown): Promise<void> => {
    const event = LifecycleEventSchema.safeParse(body);
    if (!event.success) {
      deps().logger.error('Dropping an unreadable lifecycle event', { issues: event.error.issues });
      return;
    }
    await fanOut(deps(), event.data);
  };
}
