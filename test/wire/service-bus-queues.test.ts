/** Queues as the unmodified client sees them: peek-lock and its outcomes, schedules, duplicates, expiry, batches. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  codeOf,
  type Fixture,
  isEmpty,
  present,
  receiveOne,
  startFixture,
  until,
} from './service-bus-fixture.ts';

let bus: Fixture;

beforeAll(async () => {
  bus = await startFixture([
    { kind: 'queue', name: 'plain' },
    { kind: 'queue', name: 'brief', lockDurationMs: 500, maxDeliveryCount: 3 },
    { kind: 'queue', name: 'twins', duplicateDetectionWindowMs: 700 },
    { kind: 'queue', name: 'mortal', deadLetterOnExpiration: true },
    { kind: 'queue', name: 'ephemeral', defaultTtlMs: 150 },
    { kind: 'queue', name: 'many' },
    { kind: 'queue', name: 'deferred' },
    { kind: 'queue', name: 'later' },
    { kind: 'queue', name: 'shared' },
    { kind: 'queue', name: 'sessions-only', requiresSession: true },
  ]);
});
afterAll(() => bus.close());

const NO_RENEWAL = { maxAutoLockRenewalDurationInMs: 0 };

describe('sending and receiving', () => {
  test('keeps every property of a message', async () => {
    const receiver = bus.client.createReceiver('plain');
    await bus.client.createSender('plain').sendMessages({
      body: { a: 1, s: 'é' },
      messageId: 'm1',
      correlationId: 'c1',
      subject: 'subject',
      contentType: 'application/json',
      replyTo: 'answers',
      to: 'somebody',
      applicationProperties: { n: 1, f: 1.5, b: true, s: 'x' },
      timeToLive: 60_000,
    });
    const message = await receiveOne(receiver);
    expect(message).toMatchObject({
      body: { a: 1, s: 'é' },
      messageId: 'm1',
      correlationId: 'c1',
      subject: 'subject',
      contentType: 'application/json',
      replyTo: 'answers',
      to: 'somebody',
      applicationProperties: { n: 1, f: 1.5, b: true, s: 'x' },
      timeToLive: 60_000,
      deliveryCount: 0,
      state: 'active',
    });
    expect(message.lockToken).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(message.lockedUntilUtc?.getTime()).toBeGreaterThan(Date.now());
    expect(message.sequenceNumber?.toNumber()).toBe(1);
    expect(message.expiresAtUtc?.getTime()).toBe((message.enqueuedTimeUtc?.getTime() ?? 0) + 60_000);
    await receiver.completeMessage(message);
    expect(await isEmpty(receiver)).toBe(true);
    await receiver.close();
  });

  test('gives a message without an id one, so that it can be settled', async () => {
    const receiver = bus.client.createReceiver('plain');
    await bus.client.createSender('plain').sendMessages({ body: 'anonymous' });
    const message = await receiveOne(receiver);
    expect(message.messageId).toMatch(/^[0-9a-f]{32}$/);
    await receiver.completeMessage(message);
    await receiver.close();
  });

  test('refuses an unknown entity with MessagingEntityNotFound', async () => {
    const receiver = bus.client.createReceiver('nowhere');
    expect(await codeOf(bus.client.createSender('nowhere').sendMessages({ body: 1 }))).toBe(
      'MessagingEntityNotFound',
    );
    expect(await codeOf(receiver.receiveMessages(1, { maxWaitTimeInMs: 200 }))).toBe(
      'MessagingEntityNotFound',
    );
    expect(await codeOf(receiver.peekMessages(1))).toBe('MessagingEntityNotFound');
    await receiver.close();
  });

  test('takes in a batch whole, shows it to peek and gives it out in order', async () => {
    const sender = bus.client.createSender('many');
    const receiver = bus.client.createReceiver('many', { receiveMode: 'receiveAndDelete' });
    const batch = await sender.createMessageBatch();
    for (let i = 0; i < 50; i += 1) expect(batch.tryAddMessage({ body: i })).toBe(true);
    await sender.sendMessages(batch);
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    expect((await receiver.peekMessages(60)).map((m) => m.body)).toEqual(numbers);
    expect((await receiver.receiveMessages(50, { maxWaitTimeInMs: 500 })).map((m) => m.body)).toEqual(
      numbers,
    );
    expect(bus.broker.counts('many').active).toBe(0);
    await receiver.close();
  });

  test('takes in nothing of a batch that holds one bad message', async () => {
    const sender = bus.client.createSender('sessions-only');
    const bad = [{ body: 1, sessionId: 'a' }, { body: 2 }, { body: 3, sessionId: 'a' }];
    await expect(sender.sendMessages(bad)).rejects.toThrow(/requires a session id on every message/);
    expect(bus.broker.counts('sessions-only').active).toBe(0);
  });

  test('carries bodies of several frames, and refuses one larger than the link allows', async () => {
    const sender = bus.client.createSender('many');
    const receiver = bus.client.createReceiver('many', { receiveMode: 'receiveAndDelete' });
    await sender.sendMessages({ body: 'x'.repeat(700_000) });
    expect((await receiveOne(receiver)).body).toHaveLength(700_000);
    expect(await codeOf(sender.sendMessages({ body: 'x'.repeat(1_100_000) }))).toBe('MessageSizeExceeded');
    await receiver.close();
  });

  test('more messages than rhea keeps deliveries pass through one link', async () => {
    const sender = bus.client.createSender('many');
    const receiver = bus.client.createReceiver('many');
    const count = 2_500;
    for (let sent = 0; sent < count; sent += 500) {
      await sender.sendMessages(Array.from({ length: 500 }, (_, i) => ({ body: sent + i })));
    }
    const seen = new Set<number>();
    receiver.subscribe(
      { processMessage: async ({ body }) => void seen.add(body), processError: async () => undefined },
      { maxConcurrentCalls: 100 },
    );
    await until(() => bus.broker.counts('many').active === 0);
    expect(seen.size).toBe(count);
    await receiver.close();
  });

  test('maxConcurrentCalls bounds what a subscriber holds', async () => {
    const receiver = bus.client.createReceiver('shared');
    await bus.client.createSender('shared').sendMessages(Array.from({ length: 60 }, (_, i) => ({ body: i })));
    let running = 0;
    let most = 0;
    const processMessage = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(3);
      running -= 1;
    };
    receiver.subscribe({ processMessage, processError: async () => undefined }, { maxConcurrentCalls: 8 });
    await until(() => bus.broker.counts('shared').active === 0);
    expect(most).toBe(8);
    await receiver.close();
  });
});

describe('settling', () => {
  test('abandoning counts, keeps the changes, and the last time dead-letters', async () => {
    const receiver = bus.client.createReceiver('brief');
    const deadLetters = bus.client.createReceiver('brief', { subQueueType: 'deadLetter' });
    await bus.client.createSender('brief').sendMessages({ body: 'poison' });
    for (const delivery of [0, 1, 2]) {
      const message = await receiveOne(receiver);
      expect(message.deliveryCount).toBe(delivery);
      expect(message.applicationProperties?.try).toBe(delivery === 0 ? undefined : delivery - 1);
      await receiver.abandonMessage(message, { try: delivery });
    }
    expect(await isEmpty(receiver)).toBe(true);
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({
      body: 'poison',
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deliveryCount: 3,
    });
    await deadLetters.completeMessage(dead);
    expect(bus.broker.counts('brief')).toEqual({
      active: 0,
      scheduled: 0,
      deferred: 0,
      locked: 0,
      deadLetter: 0,
    });
    await Promise.all([receiver.close(), deadLetters.close()]);
  });

  test('dead-lettering carries reason, description and properties', async () => {
    const receiver = bus.client.createReceiver('plain');
    const deadLetters = bus.client.createReceiver('plain', { subQueueType: 'deadLetter' });
    await bus.client.createSender('plain').sendMessages({ body: 'x' });
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'bad',
      deadLetterErrorDescription: 'why',
      extra: 7,
    });
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({ deadLetterReason: 'bad', deadLetterErrorDescription: 'why' });
    expect(dead.applicationProperties?.extra).toBe(7);
    await deadLetters.completeMessage(dead);
    await Promise.all([receiver.close(), deadLetters.close()]);
  });

  test('a deferred message is fetched by its number only, and only once', async () => {
    const receiver = bus.client.createReceiver('deferred');
    await bus.client.createSender('deferred').sendMessages({ body: 'd' });
    const message = await receiveOne(receiver);
    await receiver.deferMessage(message, { why: 'z' });
    expect(await isEmpty(receiver)).toBe(true);
    expect((await receiver.peekMessages(5)).map((m) => m.state)).toEqual(['deferred']);
    const number = present(message.sequenceNumber);
    const [deferred] = await receiver.receiveDeferredMessages(number);
    expect(deferred).toMatchObject({ body: 'd', applicationProperties: { why: 'z' } });
    expect(await codeOf(receiver.receiveDeferredMessages(number))).toBe('MessageNotFound');
    await receiver.completeMessage(present(deferred));
    expect(bus.broker.counts('deferred').deferred).toBe(0);
    await receiver.close();
  });
});

describe('locks', () => {
  test('a renewed lock holds, a lapsed one is MessageLockLost and a counted delivery', async () => {
    const sender = bus.client.createSender('brief');
    const receiver = bus.client.createReceiver('brief', NO_RENEWAL);
    await sender.sendMessages({ body: 'slow' });
    const slow = await receiveOne(receiver);
    await sleep(300);
    expect((await receiver.renewMessageLock(slow)).getTime()).toBeGreaterThan(Date.now() + 300);
    await sleep(350);
    await receiver.completeMessage(slow);

    await sender.sendMessages({ body: 'late' });
    const late = await receiveOne(receiver);
    await sleep(600);
    expect(await codeOf(receiver.completeMessage(late))).toBe('MessageLockLost');
    expect(await codeOf(receiver.renewMessageLock(late))).toBe('MessageLockLost');
    const again = await receiveOne(receiver);
    expect(again).toMatchObject({ body: 'late', deliveryCount: 1 });
    await receiver.completeMessage(again);
    await receiver.close();
  });

  test('a client that vanishes loses its message locks at once', async () => {
    const { client, cut } = bus.connectBreakable();
    await bus.client.createSender('plain').sendMessages({ body: 'held' });
    await receiveOne(client.createReceiver('plain'));
    expect(bus.broker.counts('plain').locked).toBe(1);
    cut();
    const receiver = bus.client.createReceiver('plain');
    const again = await receiveOne(receiver);
    expect(again).toMatchObject({ body: 'held', deliveryCount: 1 });
    await receiver.completeMessage(again);
    await receiver.close();
  });
});

describe('time', () => {
  test('scheduled messages wait, show up in peek, and can be cancelled', async () => {
    const sender = bus.client.createSender('later');
    const receiver = bus.client.createReceiver('later');
    const due = new Date(Date.now() + 500);
    await sender.sendMessages({ body: 'a', scheduledEnqueueTimeUtc: due });
    const numbers = await sender.scheduleMessages([{ body: 'b' }, { body: 'c' }], due);
    expect(numbers.map((n) => n.toNumber())).toEqual([2, 3]);
    const third = present(numbers[1]);
    await sender.cancelScheduledMessages(third);
    expect(await codeOf(sender.cancelScheduledMessages(third))).toBe('MessageNotFound');
    expect((await receiver.peekMessages(10)).map((m) => m.state)).toEqual(['scheduled', 'scheduled']);
    const received = [await receiveOne(receiver), await receiveOne(receiver)];
    expect(Date.now()).toBeGreaterThanOrEqual(due.getTime());
    expect(received.map((m) => [m.body, m.sequenceNumber?.toNumber()])).toEqual([
      ['a', 4],
      ['b', 5],
    ]);
    for (const message of received) await receiver.completeMessage(message);
    expect(await isEmpty(receiver)).toBe(true);
    await receiver.close();
  });

  test('a repeated message id is dropped inside the window only', async () => {
    const sender = bus.client.createSender('twins');
    const receiver = bus.client.createReceiver('twins', { receiveMode: 'receiveAndDelete' });
    await sender.sendMessages([
      { body: 1, messageId: 'k' },
      { body: 2, messageId: 'k' },
    ]);
    await sender.sendMessages({ body: 3, messageId: 'k' });
    expect((await receiver.receiveMessages(5, { maxWaitTimeInMs: 200 })).map((m) => m.body)).toEqual([1]);
    await sleep(750);
    await sender.sendMessages({ body: 4, messageId: 'k' });
    expect((await receiveOne(receiver)).body).toBe(4);
    await receiver.close();
  });

  test('an expired message vanishes, or is dead-lettered where the queue says so', async () => {
    const deadLetters = bus.client.createReceiver('mortal', { subQueueType: 'deadLetter' });
    await bus.client.createSender('mortal').sendMessages({ body: 't', timeToLive: 100 });
    await bus.client.createSender('ephemeral').sendMessages({ body: 'e', timeToLive: 60_000 });
    expect(bus.broker.counts('ephemeral').active).toBe(1);
    const dead = await receiveOne(deadLetters);
    expect(dead).toMatchObject({ body: 't', deadLetterReason: 'TTLExpiredException' });
    await deadLetters.completeMessage(dead);
    await until(() => bus.broker.counts('ephemeral').active === 0);
    expect(bus.broker.counts('ephemeral').deadLetter).toBe(0);
    await deadLetters.close();
  });
});
