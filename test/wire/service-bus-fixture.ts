/** A broker and a client of it for one wire suite, with the waits that its tests share. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { type EntityDefinition, type ServiceBus, startServiceBus } from '../../local/service-bus/index.ts';

export interface Fixture {
  readonly broker: ServiceBus;
  readonly client: ServiceBusClient;
  /** Another client of the same broker, closed with it. */
  connect(timeoutInMs?: number): ServiceBusClient;
  /** Another one, whose connection `cut` breaks without a goodbye. Must be used for one connection only. */
  connectBreakable(): { readonly client: ServiceBusClient; cut(): void };
  close(): Promise<void>;
}

export async function startFixture(entities: readonly EntityDefinition[]): Promise<Fixture> {
  const broker = await startServiceBus({ entities });
  const clients: ServiceBusClient[] = [];
  const connect = (timeoutInMs = 5_000) => {
    const client = clientOf(broker.connectionString, timeoutInMs);
    clients.push(client);
    return client;
  };
  return {
    broker,
    client: connect(),
    connect,
    connectBreakable: () => {
      const client = connect(1_500);
      return { client, cut: catchSocket(broker.port) };
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      await broker.close();
    },
  };
}

/** Destroys the next socket that is opened to the port, when called. */
function catchSocket(port: number): () => void {
  let caught: Socket | undefined;
  const onSocket = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    socket.once('connect', () => {
      if (socket.remotePort !== port) return;
      caught = socket;
      unsubscribe('net.client.socket', onSocket);
    });
  };
  subscribe('net.client.socket', onSocket);
  return () => {
    if (!caught) throw new Error('No connection was made.');
    // With an error: rhea, which the client uses too, does not notice a socket that is destroyed without one.
    caught.destroy(new Error('cut'));
  };
}

/** Without retries: a test wants the first answer, not a good one later. */
export function clientOf(connectionString: string, timeoutInMs = 5_000): ServiceBusClient {
  return new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 0, retryDelayInMs: 50, timeoutInMs },
  });
}

type Receiver = ServiceBusReceiver | ServiceBusSessionReceiver;

export async function receiveOne(
  receiver: Receiver,
  maxWaitTimeInMs = 2_000,
): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs });
  if (!message) throw new Error(`No message arrived in ${maxWaitTimeInMs} ms.`);
  return message;
}

/** True when nothing arrives for a moment. */
export async function isEmpty(receiver: Receiver): Promise<boolean> {
  return (await receiver.receiveMessages(1, { maxWaitTimeInMs: 100 })).length === 0;
}

/** Looks again until it holds; the test's own timeout ends it otherwise. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(5);
}

/** A value the test cannot go on without. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Expected a value.');
  return value;
}

/** The client's error code of a call that must fail. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : 'no error';
}
