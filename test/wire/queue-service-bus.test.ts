/** The Service Bus adapter against the local broker: the contract of a message sender, and what only the wire shows. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  ServiceBusClient,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../lib/domain/secret.ts';
import { QueueUnavailableError } from '../../lib/queue/port.ts';
import { type ServiceBusSenderOptions, serviceBusSender } from '../../lib/queue/service-bus.ts';
import { type EntityDefinition, type ServiceBus, startServiceBus } from '../../local/service-bus/index.ts';
import { aReconcileMessage } from '../builders/reconcile-message.ts';
import { describeQueueContract, type ReceivedMessage } from '../contract/queue-contract.ts';

const ENTITIES: readonly EntityDefinition[] = [
  { kind: 'queue', name: 'reconcile', requiresSession: true },
  { kind: 'queue', name: 'answers' },
  { kind: 'queue', name: 'webhooks', duplicateDetectionWindowMs: 60_000 },
  { kind: 'topic', name: 'lifecycle', subscriptions: [{ name: 'all' }] },
];

/** How long a receiver looks for a message that may not come. */
const LOOK_MS = 300;

/** A client that has not noticed the end of its connection leaves a timer of 60 s behind, which would hold Jest up. */
const NOTICE_MS = 100;

function senderTo(broker: ServiceBus, options: Partial<ServiceBusSenderOptions> = {}) {
  let issued = 0;
  return serviceBusSender({
    connection: { connectionString: new Secret(broker.connectionString) },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    ids: { uuid: () => `m-${++issued}` },
    tryTimeoutMs: 500,
    ...options,
  });
}

/** Plays the runtime: accepts whichever session is free, keeps it until its message is settled. */
async function receiveNext(client: ServiceBusClient): Promise<ReceivedMessage | undefined> {
  const session = await client.acceptNextSession('reconcile').catch(() => undefined);
  const [message] = (await session?.receiveMessages(1, { maxWaitTimeInMs: LOOK_MS })) ?? [];
  if (session === undefined || message === undefined) {
    await session?.close();
    return undefined;
  }
  const settle = async (how: (message: ServiceBusReceivedMessage) => Promise<void>) => {
    await how(message);
    await session.close();
  };
  return {
    message: message.body,
    messageId: String(message.messageId),
    deliveryCount: message.deliveryCount ?? -1,
    complete: () => settle((received) => session.completeMessage(received)),
    abandon: () => settle((received) => session.abandonMessage(received)),
  };
}

async function bodiesOf(receiver: ServiceBusReceiver): Promise<readonly unknown[]> {
  return (await receiver.receiveMessages(10, { maxWaitTimeInMs: LOOK_MS })).map(({ body }) => body);
}

describeQueueContract('Service Bus adapter', async () => {
  const broker = await startServiceBus({ entities: ENTITIES });
  const sender = senderTo(broker);
  const client = new ServiceBusClient(broker.connectionString, {
    retryOptions: { maxRetries: 0, timeoutInMs: 500 },
  });
  let running = true;
  const cutOff = async () => {
    if (running) await broker.close();
    running = false;
    await sleep(NOTICE_MS);
  };
  return {
    sender,
    now: () => Date.now(),
    advance: async (ms) => void (await sleep(ms)),
    receive: () => receiveNext(client),
    arrived: (entity) =>
      bodiesOf(
        entity === 'lifecycle' ? client.createReceiver('lifecycle', 'all') : client.createReceiver(entity),
      ),
    cutOff,
    async close() {
      await Promise.all([client.close(), sender.close()]);
      await cutOff();
    },
  };
});

describe('Service Bus adapter', () => {
  test('sets session, schedule, time to live, content type and trace on the wire', async () => {
    const broker = await startServiceBus({ entities: ENTITIES });
    const client = new ServiceBusClient(broker.connectionString);
    const sender = senderTo(broker, { traceparent: () => 'trace-1' });
    const notBefore = Date.now() + 60_000;

    await sender.sendReconcile(aReconcileMessage({ clusterId: 'c-7', reason: 'drift' }), {
      notBefore,
      timeToLiveMs: 90_000,
    });
    const [message] = await client.createReceiver('reconcile').peekMessages(1);

    expect(message).toMatchObject({
      messageId: 'm-1',
      sessionId: 'c-7',
      subject: 'drift',
      contentType: 'application/json',
      scheduledEnqueueTimeUtc: new Date(notBefore),
      timeToLive: 90_000,
      applicationProperties: { traceparent: 'trace-1' },
      state: 'scheduled',
    });
    await Promise.all([client.close(), sender.close()]);
    await broker.close();
  });

  test('finds the broker again at once, also when it was refused meanwhile', async () => {
    const first = await startServiceBus({ entities: ENTITIES });
    const sender = senderTo(first);
    await sender.sendReconcile(aReconcileMessage());
    await first.close();
    await sleep(NOTICE_MS);
    await expect(sender.sendReconcile(aReconcileMessage())).rejects.toThrow(QueueUnavailableError);
    const second = await startServiceBus({ entities: ENTITIES, port: first.port });

    await sender.sendReconcile(aReconcileMessage());

    expect(second.counts('reconcile').active).toBe(1);
    expect(await sender.ping()).toBe(true);
    await sender.close();
    await second.close();
  });
});
