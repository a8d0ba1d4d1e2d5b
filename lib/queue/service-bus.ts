/**
 * The MessageSender of production and local mode: Azure Service Bus through its own client. Owns the client, one sender
 * per entity, and the translation of the port's words into message properties. It never receives: the Functions runtime
 * does. Message ids are fresh per call (protocol rule 4); the client's own retries of one call reuse the id.
 */
import type { TokenCredential } from '@azure/core-auth';
import {
  ServiceBusClient,
  type ServiceBusMessage,
  type ServiceBusReceiver,
  type ServiceBusSender,
} from '@azure/service-bus';
import type { Clock, Ids } from '../domain/ports.ts';
import type { Secret } from '../domain/secret.ts';
import {
  type MessageSender,
  type OutgoingMessage,
  QueueUnavailableError,
  type ReconcileMessage,
  type SendOptions,
} from './port.ts';

export type ServiceBusConnection =
  | { readonly connectionString: Secret }
  | { readonly fullyQualifiedNamespace: string; readonly credential: TokenCredential };

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
  /** Milliseconds that one try may take. The client's default of 60 s would outlive a pass. */
  readonly tryTimeoutMs?: number;
}

export interface ServiceBusMessageSender extends MessageSender {
  /** Closes the connection; the sender is of no use afterwards. */
  close(): Promise<void>;
}

/** Our choice: a pass must end well inside its lock, and the sweep re-sends what was given up. */
const TRY_TIMEOUT_MS = 5_000;
const RETRIES = 2;
const RETRY_DELAY_MS = 250;

/** Opens nothing yet: the connection is made by the first call. */
export function serviceBusSender(options: ServiceBusSenderOptions): ServiceBusMessageSender {
  const tryTimeoutMs = options.tryTimeoutMs ?? TRY_TIMEOUT_MS;
  const reconcileQueue = options.reconcileQueue ?? 'reconcile';
  const entities = openEntities(() => connect(options.connection, tryTimeoutMs));
  const send = (entity: string, message: ServiceBusMessage) =>
    confirmed(entity, () => entities.sender(entity).sendMessages(identified(message, options)));

  return {
    sendReconcile: (message, sendOptions = {}) =>
      send(reconcileQueue, reconcileMessage(message, sendOptions, options.clock)),
    publishLifecycle: (message) => send(options.lifecycleTopic ?? 'lifecycle', outgoing(message)),
    reply: (queue, message) => send(queue, outgoing(message)),
    ping: () => answers(entities.receiver(reconcileQueue), tryTimeoutMs),
    close: () => entities.close(),
  };
}

function connect(connection: ServiceBusConnection, timeoutInMs: number): ServiceBusClient {
  const retryOptions = { maxRetries: RETRIES, retryDelayInMs: RETRY_DELAY_MS, timeoutInMs };
  return 'connectionString' in connection
    ? new ServiceBusClient(connection.connectionString.reveal(), { retryOptions })
    : new ServiceBusClient(connection.fullyQualifiedNamespace, connection.credential, { retryOptions });
}

/** One client, one sender and one receiver per entity, made when first asked for: a link costs two round trips. */
function openEntities(open: () => ServiceBusClient) {
  const senders = new Map<string, ServiceBusSender>();
  const receivers = new Map<string, ServiceBusReceiver>();
  let opened: ServiceBusClient | undefined;
  const client = () => {
    opened ??= open();
    return opened;
  };
  return {
    sender: (entity: string) => kept(senders, entity, () => client().createSender(entity)),
    receiver: (entity: string) => kept(receivers, entity, () => client().createReceiver(entity)),
    close: async () => opened?.close(),
  };
}

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

function reconcileMessage(message: ReconcileMessage, options: SendOptions, clock: Clock): ServiceBusMessage {
  const { notBefore, timeToLiveMs } = options;
  return {
    body: message,
    contentType: 'application/json',
    sessionId: message.clusterId,
    subject: message.reason,
    ...(notBefore !== undefined &&
      notBefore > clock.now() && { scheduledEnqueueTimeUtc: new Date(notBefore) }),
    ...(timeToLiveMs !== undefined && { timeToLive: timeToLiveMs }),
  };
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
    ...message,
    messageId: ids.uuid(),
    ...(trace !== undefined && { applicationProperties: { traceparent: trace } }),
  };
}

async function confirmed(entity: string, send: () => Promise<void>): Promise<void> {
  try {
    await send();
  } catch (cause) {
    throw new QueueUnavailableError(`Service Bus did not confirm a message to ${entity}`, { cause });
  }
}

/** Peeking is a round trip that takes nothing and needs no free session. */
async function answers(receiver: ServiceBusReceiver, timeoutMs: number): Promise<boolean> {
  try {
    await receiver.peekMessages(1, { abortSignal: AbortSignal.timeout(timeoutMs) });
    return true;
  } catch {
    return false;
  }
}
