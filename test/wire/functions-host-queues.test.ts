/** The local functions host on the local broker, both over the unmodified @azure/service-bus client. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type EntityDefinition, type ServiceBus, startServiceBus } from '../../local/service-bus/index.ts';
import { eventually } from './eventually.ts';
import { type ForkedHost, forkHost } from './fixtures/forked-host.ts';

const ENTITIES: readonly EntityDefinition[] = [
  { kind: 'queue', name: 'steps', requiresSession: true, maxDeliveryCount: 2, lockDurationMs: 5_000 },
  { kind: 'queue', name: 'plain' },
  { kind: 'topic', name: 'news', subscriptions: [{ name: 'mine' }, { name: 'others' }] },
];

const HOST_JSON = {
  version: '2.0',
  extensions: {
    serviceBus: {
      maxConcurrentSessions: 4,
      sessionIdleTimeout: '00:00:00.2',
      clientRetryOptions: { tryTimeout: '00:00:05', delay: '00:00:00.2', maxRetries: 1 },
    },
  },
};

const forkQueueHost = (broker: ServiceBus) =>
  forkHost({ hostJson: HOST_JSON, settings: { BROKER: broker.connectionString, STEPS_QUEUE: 'steps' } });

async function send(broker: ServiceBus, messages: ServiceBusMessage[], entity = 'steps'): Promise<void> {
  const client = new ServiceBusClient(broker.connectionString);
  try {
    await client.createSender(entity).sendMessages(messages);
  } finally {
    await client.close();
  }
}

describe('functions host, queues', () => {
  let broker: ServiceBus;
  let host: ForkedHost;
  const stepsOf = async (sessionId: string) =>
    (await host.seen()).steps.filter((step) => step.sessionId === sessionId);

  beforeAll(async () => {
    broker = await startServiceBus({ entities: ENTITIES });
    host = await forkQueueHost(broker);
  });
  afterAll(async () => {
    await host.stop();
    await broker.close();
  });

  test('hands the messages of a session over in order, with what the host knows about them', async () => {
    await send(broker, [
      { body: { n: 1 }, sessionId: 'A', messageId: 'm-1', applicationProperties: { k: 'v' } },
      { body: { n: 2 }, sessionId: 'A', messageId: 'm-2' },
    ]);

    await eventually(async () =>
      expect(await stepsOf('A')).toEqual([
        {
          message: { n: 1 },
          sessionId: 'A',
          deliveryCount: 1,
          messageId: 'm-1',
          applicationProperties: { k: 'v' },
        },
        { message: { n: 2 }, sessionId: 'A', deliveryCount: 1, messageId: 'm-2', applicationProperties: {} },
      ]),
    );
    await eventually(async () => expect(broker.counts('steps').active).toBe(0));
  });

  test('delivers what failed again, then as a dead letter to its own function', async () => {
    await send(broker, [{ body: { n: 3, fail: true }, sessionId: 'B' }]);

    await eventually(async () =>
      expect((await host.seen()).dead).toEqual([
        { message: { n: 3, fail: true }, reason: 'MaxDeliveryCountExceeded' },
      ]),
    );
    expect((await stepsOf('B')).map(({ deliveryCount }) => deliveryCount)).toEqual([1, 2]);
  });

  test('sends what a function gives to its output binding', async () => {
    await send(broker, [{ body: { n: 4, emit: 'hello' }, sessionId: 'C' }]);

    await eventually(async () => expect((await host.seen()).plain).toContainEqual({ emitted: 'hello' }));
  });

  test('listens to a subscription of a topic, and leaves others theirs', async () => {
    await send(broker, [{ body: { headline: 'it works' } }], 'news');

    await eventually(async () => expect((await host.seen()).news).toEqual([{ headline: 'it works' }]));
    await eventually(async () => expect(broker.counts('news/Subscriptions/mine').active).toBe(0));
    expect(broker.counts('news/Subscriptions/others').active).toBe(1);
  });

  test('works on several sessions at a time', async () => {
    const sessions = ['S1', 'S2', 'S3', 'S4'];
    const startedAt = Date.now();
    await send(
      broker,
      sessions.map((sessionId) => ({ body: { n: 5, waitMs: 600 }, sessionId })),
    );

    await eventually(async () => {
      const ended = (await host.seen()).steps.filter((step) => step.ended === 5);
      expect(ended).toHaveLength(4);
    });
    expect(Date.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('functions host, queues, trouble', () => {
  const brokers: ServiceBus[] = [];
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  });

  test('goes on by itself after the broker was restarted', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'broker-')), 'bus.db');
    const first = await startServiceBus({ entities: ENTITIES, file });
    await using host = await forkQueueHost(first);
    await send(first, [{ body: { n: 1 }, sessionId: 'A' }]);
    await eventually(async () => expect((await host.seen()).steps).toHaveLength(1));

    await first.close();
    await sleep(1_500);
    const second = await startServiceBus({ entities: ENTITIES, file, port: first.port });
    brokers.push(second);
    await send(second, [{ body: { n: 2, emit: 'after' }, sessionId: 'A' }]);

    await eventually(async () => expect((await host.seen()).plain).toEqual([{ emitted: 'after' }]), 15_000);
    // Each of the four slots says that its session ended and that it finds no broker; a loop that spins would say so
    // hundreds of times.
    const warnings = host.logs.filter(
      ({ level, functionName }) => level === 'warning' && functionName === 'step',
    );
    expect(warnings.length).toBeLessThanOrEqual(8);
  });

  test('ends the step under way and settles it before it stops', async () => {
    const broker = await startServiceBus({ entities: ENTITIES });
    brokers.push(broker);
    await using host = await forkQueueHost(broker);
    await send(broker, [{ body: { n: 1, waitMs: 800 }, sessionId: 'A' }]);
    await eventually(async () => expect((await host.seen()).steps).toHaveLength(1));

    const startedAt = Date.now();
    expect(await host.stop()).toBe(0);

    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect(broker.counts('steps').active).toBe(0);
  });
});
