/** A test event, on the way that all others take, to one hook: whatever that one wants to hear otherwise. */
import type { Deps } from '../deps.ts';
import { accept, notFound, type Outcome } from '../domain/refusal.ts';
import { toInstant } from '../domain/time.ts';
import { readSettings } from '../projects/settings.ts';
import type { LifecycleEvent } from '../queue/port.ts';
import { sendAttempt, webhookIdOf } from './message.ts';

export const TEST_EVENT = 'slipway.webhook.test';

interface TestSent {
  /** As the header `webhook-id` will have it. */
  readonly webhookId: string;
}

/** Throws QueueUnavailableError when the broker does not confirm. */
export async function sendTest(
  deps: Pick<Deps, 'store' | 'queue' | 'clock' | 'ids'>,
  { project, name }: { readonly project: string; readonly name: string },
): Promise<Outcome<TestSent>> {
  const settings = await readSettings(deps, project);
  const hook = settings?.document.webhooks?.find((one) => one.name === name);
  if (!hook) return notFound('webhook', name);
  const event: LifecycleEvent = {
    specversion: '1.0',
    id: deps.ids.uuid(),
    source: `/projects/${project}/webhooks/${name}`,
    type: TEST_EVENT,
    time: toInstant(deps.clock.now()),
    datacontenttype: 'application/json',
    data: { webhook: name, message: 'This is a test.' },
  };
  await sendAttempt(deps, { project, hook: hook.id, attempt: 1, held: 0, event });
  return accept({ webhookId: webhookIdOf(event) });
}
