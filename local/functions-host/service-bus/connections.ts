/** One Service Bus client per connection name, shared by triggers and output bindings. */
import {
  RetryMode,
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusSender,
} from '@azure/service-bus';
import type { ServiceBusSettings } from '../host-json.ts';
import { type AppSettings, findConnection } from '../settings.ts';

export class ServiceBusConnections {
  readonly #settings: AppSettings;
  readonly #options: ServiceBusClientOptions;
  readonly #clients = new Map<string, Promise<ServiceBusClient>>();
  readonly #senders = new Map<string, Promise<ServiceBusSender>>();

  constructor(settings: AppSettings, retry: ServiceBusSettings['retry']) {
    this.#settings = settings;
    this.#options = {
      retryOptions: {
        maxRetries: retry.maxRetries,
        retryDelayInMs: retry.delayMs,
        maxRetryDelayInMs: retry.maxDelayMs,
        mode: retry.exponential ? RetryMode.Exponential : RetryMode.Fixed,
        timeoutInMs: retry.tryTimeoutMs,
      },
    };
  }

  client(name: string): Promise<ServiceBusClient> {
    const known = this.#clients.get(name);
    if (known !== undefined) return known;
    const opened = open(name, this.#settings, this.#options);
    this.#clients.set(name, opened);
    return opened;
  }

  sender(connection: string, entity: string): Promise<ServiceBusSender> {
    const key = JSON.stringify([connection, entity]);
    const known = this.#senders.get(key);
    if (known !== undefined) return known;
    const made = this.client(connection).then((client) => client.createSender(entity));
    this.#senders.set(key, made);
    return made;
  }

  async close(): Promise<void> {
    const clients = await Promise.all(this.#clients.values());
    await Promise.allSettled(clients.map((client) => client.close()));
  }
}

async function open(
  name: string,
  settings: AppSettings,
  options: ServiceBusClientOptions,
): Promise<ServiceBusClient> {
  const connection = findConnection(name, settings);
  switch (connection.kind) {
    case 'connection-string':
      return new ServiceBusClient(connection.value, options);
    case 'identity': {
      // Imported when needed: the identity library costs a tenth of a second that local mode does not have to spend.
      const { DefaultAzureCredential } = await import('@azure/identity');
      return new ServiceBusClient(connection.fullyQualifiedNamespace, new DefaultAzureCredential(), options);
    }
  }
}
