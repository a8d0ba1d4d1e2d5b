/**
 * The MessageSender of production and local mode: Azure Service Bus through its own client. Owns the
 * translation of the port's words into message properties. It never receives: the Functions runtime does. Message ids
 * are fresh per call (protocol rule 4), but for webhooks; the retries of one call reuse the id.
 */
import type { ServiceBusMessage } from '@azure/service-bus';
import type { Clock, Ids } from '../domain/ports.ts';
import {
  type MessageSender,
  type OutgoingMessage,
  QueueUnavailableError,
  type ReconcileMessage,
  type SendOptions,
  type WebhookMessage,
  type WebhookSendOptions,
} from './port.ts';
import { RenewableClient, type ServiceBusConnection } from './service-bus-client.ts';

export type { ServiceBusConnection } from './service-bus-client.ts';

export interface ServiceBusSenderOptions {
  readonly connection: ServiceBusConnection;
  readonly clock: Clock;
  readonly ids: Ids;
  /** `traceparent` of the work under way; receivers link to it, they do not continue it. */
  readonly traceparent?: () => string | undefined;
  /** Queue of reconcile messages; `reconcile` when absent. */
  readonly reconcileQueue?: string;
  /** Topic of lifecycle events; `lifecycle` when absent. */
  readonly lifecycleTopic?: string;
  /** Queue of attempts to deliver webhooks; `webhooks` when absent. */
  readonly webhookQueue?: string;
  /** Milliseconds that one of three tries may take; 5 s when absent. The SDK's 60 s would outlive a pass. */
  readonly tryTimeoutMs?: number;
}

export interface ServiceBusMessageSender extends MessageSender {
  /** Closes the connection; the sender is of no use afterwards. */
  close(): Promise<void>;
}

/** Our choice: a pass must end well inside its lock, and the sweep re-sends what was given up. */
const TRY_TIMEOUT_MS = 5_000;

/** Opens nothing yet: the connection is made by the first call. */
export function serviceBusSender(options: ServiceBusSenderOptions): ServiceBusMessageSender {
  const { connection, clock, reconcileQueue = 'reconcile', lifecycleTopic = 'lifecycle' } = options;
  const { webhookQueue = 'webhooks', tryTimeoutMs = TRY_TIMEOUT_MS } = options;
  const client = new RenewableClient(connection, tryTimeoutMs);
  const send = (entity: string, message: ServiceBusMessage) =>
    sendConfirmed(client, entity, identified(message, options));
  return {
    sendReconcile: (message, sendOptions = {}) =>
      send(reconcileQueue, reconcileMessage(message, sendOptions, clock)),
    publishLifecycle: (message) => send(lifecycleTopic, outgoing(message)),
    sendWebhook: (message, sendOptions) => send(webhookQueue, webhookMessage(message, sendOptions, clock)),
    reply: (queue, message) => send(queue, outgoing(message)),
    ping: () => answers(client, reconcileQueue, tryTimeoutMs),
    close: () => client.close(),
  };
}

function reconcileMessage(message: ReconcileMessage, options: SendOptions, clock: Clock): ServiceBusMessage {
  const { notBefore, timeToLiveMs } = options;
  return {
    body: message,
    contentType: 'application/json',
    sessionId: message.clusterId,
    subject: message.reason,
    ...scheduled(notBefore, clock),
    ...(timeToLiveMs !== undefined && { timeToLive: timeToLiveMs }),
  };
}

function webhookMessage(
  message: WebhookMessage,
  { messageId, notBefore }: WebhookSendOptions,
  clock: Clock,
): ServiceBusMessage {
  return {
    body: message,
    contentType: 'application/json',
    messageId,
    subject: message.event.type,
    ...scheduled(notBefore, clock),
  };
}

function scheduled(notBefore: number | undefined, clock: Clock) {
  return notBefore !== undefined && notBefore > clock.now()
    ? { scheduledEnqueueTimeUtc: new Date(notBefore) }
    : {};
}

function outgoing({ body, sessionId, correlationId, contentType }: OutgoingMessage): ServiceBusMessage {
  return {
    body,
    contentType: contentType ?? 'application/json',
    ...(sessionId !== undefined && { sessionId }),
    ...(correlationId !== undefined && { correlationId }),
  };
}

function identified(message: ServiceBusMessage, { ids, traceparent }: ServiceBusSenderOptions) {
  const trace = traceparent?.();
  return {
    messageId: ids.uuid(),
    ...message,
    ...(trace !== undefined && { applicationProperties: { traceparent: trace } }),
  };
}

async function sendConfirmed(
  client: RenewableClient,
  entity: string,
  message: ServiceBusMessage,
): Promise<void> {
  try {
    await client.withSender(entity, (sender) => sender.sendMessages(message));
  } catch (cause) {
    throw new QueueUnavailableError(`Service Bus did not confirm a message to ${entity}`, { cause });
  }
}

/** Peeking is a round trip that takes nothing and needs no free session. */
async function answers(client: RenewableClient, queue: string, timeoutMs: number): Promise<boolean> {
  try {
    const abortSignal = AbortSignal.timeout(timeoutMs);
    await client.withReceiver(queue, (receiver) => receiver.peekMessages(1, { abortSignal }));
    return true;
  } catch {
    return false;
  }
}
