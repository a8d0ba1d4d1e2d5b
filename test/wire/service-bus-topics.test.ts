/** Topics as the unmodified client sees them: every subscription has its own copy, locks, sessions and dead letters. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { codeOf, type Fixture, isEmpty, present, receiveOne, startFixture } from './service-bus-fixture.ts';

let bus: Fixture;

beforeAll(async () => {
  bus = await startFixture([
    {
      kind: 'topic',
      name: 'news',
      duplicateDetectionWindowMs: 60_000,
      subscriptions: [
        { name: 'all', maxDeliveryCount: 1 },
        { name: 'ordered', requiresSession: true },
      ],
    },
  ]);
});
afterAll(() => bus.close());

test('every subscription gets its own copy and settles it alone', async () => {
  await bus.client.createSender('news').sendMessages({ body: 'n', sessionId: 's', messageId: 'twice' });
  await bus.client.createSender('news').sendMessages({ body: 'again', sessionId: 's', messageId: 'twice' });
  const all = bus.client.createReceiver('news', 'all');
  const deadLetters = bus.client.createReceiver('news', 'all', { subQueueType: 'deadLetter' });
  await all.abandonMessage(await receiveOne(all));
  expect(await isEmpty(all)).toBe(true);
  expect(bus.broker.counts('news/Subscriptions/all')).toMatchObject({ active: 0, deadLetter: 1 });
  const dead = await receiveOne(deadLetters);
  expect(dead).toMatchObject({ body: 'n', deadLetterReason: 'MaxDeliveryCountExceeded' });
  await deadLetters.completeMessage(dead);

  const ordered = await bus.client.acceptNextSession('news', 'ordered');
  const copy = await receiveOne(ordered);
  expect(copy).toMatchObject({ body: 'n', sessionId: 's', messageId: 'twice', deliveryCount: 0 });
  await ordered.completeMessage(copy);
  expect(await isEmpty(ordered)).toBe(true);
  await Promise.all([all.close(), deadLetters.close(), ordered.close()]);
});

test('a message without a session is dead-lettered where one is needed', async () => {
  await bus.client.createSender('news').sendMessages({ body: 'loose' });
  const all = bus.client.createReceiver('news', 'all', { receiveMode: 'receiveAndDelete' });
  expect((await receiveOne(all)).body).toBe('loose');
  const deadLetters = bus.client.createReceiver('news', 'ordered', { subQueueType: 'deadLetter' });
  const dead = await receiveOne(deadLetters);
  expect(dead).toMatchObject({ body: 'loose', deadLetterReason: 'Session id is null.' });
  await deadLetters.completeMessage(dead);
  await Promise.all([all.close(), deadLetters.close()]);
});

test('schedules for all subscriptions, and cancels for all', async () => {
  const sender = bus.client.createSender('news');
  const numbers = await sender.scheduleMessages(
    [
      { body: 'kept', sessionId: 'k' },
      { body: 'cancelled', sessionId: 'k' },
    ],
    new Date(Date.now() + 2_000),
  );
  await sender.cancelScheduledMessages(present(numbers[1]));
  expect(bus.broker.counts('news').scheduled).toBe(1);
  const all = bus.client.createReceiver('news', 'all', { receiveMode: 'receiveAndDelete' });
  expect((await receiveOne(all)).body).toBe('kept');
  expect(await isEmpty(all)).toBe(true);
  expect(bus.broker.counts('news/Subscriptions/ordered').active).toBe(1);
  await all.close();
});

test('refuses an unknown subscription with MessagingEntityNotFound', async () => {
  const receiver = bus.client.createReceiver('news', 'nobody');
  expect(await codeOf(receiver.receiveMessages(1, { maxWaitTimeInMs: 200 }))).toBe('MessagingEntityNotFound');
  await receiver.close();
});
