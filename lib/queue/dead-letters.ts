/**
 * Dead-lettering a message that the Functions runtime holds under lock, with words of our own. The runtime can only
 * complete (return) or abandon (throw); Service Bus lets any connection settle a message of a queue without sessions by
 * its lock token, over the queue's management node. Decision and consequences: docs/adr/0004-requests-dead-letter.md.
 */
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import { ServiceBusClient } from '@azure/service-bus';
import { QueueUnavailableError } from './port.ts';
import type { ServiceBusConnection } from './service-bus.ts';

export interface DeadLetterer {
  /**
   * Moves the locked message to the dead letters of its queue. Throws QueueUnavailableError when that is not certain; the
   * message then comes again after its lock.
   */
  deadLetter(letter: DeadLetter): Promise<void>;
}

export interface DeadLetter {
  readonly queue: string;
  /** As the trigger's metadata has it: a UUID. */
  readonly lockToken: string;
  readonly reason: string;
  readonly description: string;
}

/** Characters of reason and description each: learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas */
const MAX_TEXT = 4_096;
const TIMEOUT_MS = 5_000;

export interface ServiceBusDeadLetterer extends DeadLetterer {
  close(): Promise<void>;
}

/** Opens nothing until the first dead letter. */
export function serviceBusDeadLetterer(connection: ServiceBusConnection): ServiceBusDeadLetterer {
  const receivers = new Map<string, ServiceBusReceiver>();
  let client: ServiceBusClient | undefined;
  const receiver = (queue: string): ServiceBusReceiver => {
    client ??= connect(connection);
    const opened = receivers.get(queue) ?? client.createReceiver(queue);
    receivers.set(queue, opened);
    return opened;
  };
  return {
    async deadLetter({ queue, lockToken, reason, description }) {
      try {
        await receiver(queue).deadLetterMessage(lockedElsewhere(lockToken), {
          deadLetterReason: reason.slice(0, MAX_TEXT),
          deadLetterErrorDescription: description.slice(0, MAX_TEXT),
        });
      } catch (cause) {
        throw new QueueUnavailableError(`A message of ${queue} could not be dead-lettered`, { cause });
      }
    },
    close: async () => client?.close(),
  };
}

function connect(connection: ServiceBusConnection): ServiceBusClient {
  const retryOptions = { timeoutInMs: TIMEOUT_MS, maxRetries: 1 };
  return 'connectionString' in connection
    ? new ServiceBusClient(connection.connectionString.reveal(), { retryOptions })
    : new ServiceBusClient(connection.fullyQualifiedNamespace, connection.credential, { retryOptions });
}

/**
 * A message without a link is settled over the management node: what the client does for deferred messages and for
 * those whose link was lost. Only the lock token of it is looked at; test/wire holds the client to that.
 */
function lockedElsewhere(lockToken: string): ServiceBusReceivedMessage {
  const message = { lockToken, delivery: {}, body: undefined, _rawAmqpMessage: { body: undefined } };
  return message as unknown as ServiceBusReceivedMessage;
}
