/** Messages of queue `webhooks`: their ids, and the ids that receivers see. */
import { createHash } from 'node:crypto';
import type { Deps } from '../deps.ts';
import type { EpochMs } from '../domain/time.ts';
import type { LifecycleEvent, WebhookMessage } from '../queue/port.ts';

/** One id per attempt: who asks twice for the same attempt gets one, and the next one is not taken for a repeat. */
export async function sendAttempt(
  { queue }: Pick<Deps, 'queue'>,
  message: WebhookMessage,
  notBefore?: EpochMs,
): Promise<void> {
  const { hook, attempt, held, event } = message;
  const messageId = `${digest(hook, event.source, event.id)}-${attempt}-${held}`;
  await queue.sendWebhook(message, { messageId, ...(notBefore === undefined ? {} : { notBefore }) });
}

/** `webhook-id`: the same for every attempt and every hook, so that a receiver can tell repeats. */
export function webhookIdOf({ source, id }: LifecycleEvent): string {
  return `msg_${digest(source, id)}`;
}

/** Without the dots that ids of events have: a dot ends the id in what is signed. */
function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40);
}
