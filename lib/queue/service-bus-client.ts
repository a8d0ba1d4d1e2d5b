/**
 * A Service Bus client that survives its connection. The SDK's own retries do not always: after a lost connection it may
 * ask for a claim on a link that is gone, wait 60 s for the answer, and hold every other call up behind it (core-amqp
 * 4.5, CbsClient.negotiateClaim). So the SDK's retries are off, and a client whose connection failed is thrown away before
 * the next try.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/core-auth';
import {
  isServiceBusError,
  ServiceBusClient,
  type ServiceBusReceiver,
  type ServiceBusSender,
} from '@azure/service-bus';
import type { Secret } from '../domain/secret.ts';

export type ServiceBusConnection =
  | { readonly connectionString: Secret }
  | { readonly fullyQualifiedNamespace: string; readonly credential: TokenCredential };

/** Links of one connection, opened when first used and kept: each costs two round trips. */
interface Links {
  readonly client: ServiceBusClient;
  readonly senders: Map<string, ServiceBusSender>;
  readonly receivers: Map<string, ServiceBusReceiver>;
}

/** Our choice: three tries end well inside the lock of the message that is being worked on. */
const TRIES = 3;
const RETRY_DELAY_MS = 250;

export class RenewableClient {
  readonly #connection: ServiceBusConnection;
  readonly #tryTimeoutMs: number;
  #links: Links | undefined;

  constructor(connection: ServiceBusConnection, tryTimeoutMs: number) {
    this.#connection = connection;
    this.#tryTimeoutMs = tryTimeoutMs;
  }

  /** Throws the SDK's last error when every try failed. */
  withSender<T>(entity: string, work: (sender: ServiceBusSender) => Promise<T>): Promise<T> {
    return this.#retry(({ client, senders }) =>
      work(kept(senders, entity, () => client.createSender(entity))),
    );
  }

  /** One try: whoever asks wants to know how it is now. */
  withReceiver<T>(queue: string, work: (receiver: ServiceBusReceiver) => Promise<T>): Promise<T> {
    return this.#attempt(({ client, receivers }) =>
      work(kept(receivers, queue, () => client.createReceiver(queue))),
    );
  }

  /** Waits one try at most: a broker that is gone confirms no close. */
  async close(): Promise<void> {
    const links = this.#links;
    this.#links = undefined;
    if (links === undefined) return;
    await Promise.race([closeQuietly(links.client), sleep(this.#tryTimeoutMs, undefined, { ref: false })]);
  }

  async #retry<T>(work: (links: Links) => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (tried === TRIES || !mayPass(error)) throw error;
        await sleep(RETRY_DELAY_MS);
      }
    }
  }

  async #attempt<T>(work: (links: Links) => Promise<T>): Promise<T> {
    this.#links ??= this.#open();
    const links = this.#links;
    try {
      return await work(links);
    } catch (error) {
      if (isConnectionFailure(error)) this.#discard(links);
      throw error;
    }
  }

  #open(): Links {
    const options = { retryOptions: { maxRetries: 0, timeoutInMs: this.#tryTimeoutMs } };
    const connection = this.#connection;
    const client =
      'connectionString' in connection
        ? new ServiceBusClient(connection.connectionString.reveal(), options)
        : new ServiceBusClient(connection.fullyQualifiedNamespace, connection.credential, options);
    return { client, senders: new Map(), receivers: new Map() };
  }

  #discard(links: Links): void {
    if (this.#links === links) this.#links = undefined;
    void closeQuietly(links.client);
  }
}

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

/** What the SDK has no words for (refused, reset, unresolved) and the codes that it gives a connection in trouble. */
function isConnectionFailure(error: unknown): boolean {
  if (!isServiceBusError(error)) return true;
  return ['GeneralError', 'ServiceTimeout', 'ServiceCommunicationProblem'].includes(error.code);
}

function mayPass(error: unknown): boolean {
  return isConnectionFailure(error) || (isServiceBusError(error) && error.retryable);
}

async function closeQuietly(client: ServiceBusClient): Promise<void> {
  await client.close().catch(() => {});
}
