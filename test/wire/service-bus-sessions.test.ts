/** Sessions as the unmodified client sees them: one holder each, order, state, renewal, waiting for the next. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, type Fixture, isEmpty, receiveOne, startFixture, until } from './service-bus-fixture.ts';

const QUEUE = 'work';
const NO_RENEWAL = { maxAutoLockRenewalDurationInMs: 0 };

let bus: Fixture;

/** Real time, because the broker and its clients are: long enough that a busy machine does not lose a lock by accident. */
const LOCK_MS = 3_000;

beforeAll(async () => {
  bus = await startFixture([
    { kind: 'queue', name: QUEUE, requiresSession: true, lockDurationMs: LOCK_MS, maxDeliveryCount: 3 },
    { kind: 'queue', name: 'plain' },
  ]);
});
afterAll(() => bus.close());

const send = (sessionId: string, ...bodies: unknown[]) =>
  bus.client.createSender(QUEUE).sendMessages(bodies.map((body) => ({ body, sessionId })));

describe('accepting', () => {
  test('a session has one holder, and the next free one is another', async () => {
    await send('A', 1, 2);
    await send('B', 9);
    const a = await bus.client.acceptSession(QUEUE, 'A');
    expect(a.sessionId).toBe('A');
    expect(a.sessionLockedUntilUtc.getTime()).toBeGreaterThan(Date.now());
    expect(await codeOf(bus.client.acceptSession(QUEUE, 'A'))).toBe('SessionCannotBeLocked');
    const b = await bus.client.acceptNextSession(QUEUE);
    expect(b.sessionId).toBe('B');
    const messages = await a.receiveMessages(2, { maxWaitTimeInMs: 500 });
    expect(messages.map((m) => m.body)).toEqual([1, 2]);
    for (const message of messages) await a.completeMessage(message);
    await b.completeMessage(await receiveOne(b));
    await Promise.all([a.close(), b.close()]);
  });

  test('the longest waiting session comes first', async () => {
    await send('first', 1);
    await send('second', 1);
    const order: string[] = [];
    for (let i = 0; i < 2; i += 1) {
      const receiver = await bus.client.acceptNextSession(QUEUE);
      order.push(receiver.sessionId);
      await receiver.completeMessage(await receiveOne(receiver));
      await receiver.close();
    }
    expect(order).toEqual(['first', 'second']);
  });

  test('waits for a session to come, and reports ServiceTimeout when none does', async () => {
    const waiting = bus.client.acceptNextSession(QUEUE);
    await sleep(100);
    await send('W', 'w');
    const receiver = await waiting;
    expect(receiver.sessionId).toBe('W');
    await receiver.completeMessage(await receiveOne(receiver));
    await receiver.close();
    expect(await codeOf(bus.connect(1_000).acceptNextSession(QUEUE))).toBe('ServiceTimeout');
  });

  test('a client that left while it waited gets no session', async () => {
    const { client, cut } = bus.connectBreakable();
    // The client never answers an accept whose connection broke; nobody waits for this one.
    client.acceptNextSession(QUEUE).catch(() => undefined);
    await sleep(200);
    cut();
    await sleep(20);
    await send('X', 'x');
    const receiver = await bus.client.acceptNextSession(QUEUE);
    expect(receiver.sessionId).toBe('X');
    await receiver.completeMessage(await receiveOne(receiver));
    await receiver.close();
  });

  test('refuses receivers of the wrong kind and messages without a session', async () => {
    const receiver = bus.client.createReceiver(QUEUE);
    await expect(receiver.receiveMessages(1, { maxWaitTimeInMs: 200 })).rejects.toThrow(/requires sessions/);
    await expect(bus.client.acceptSession('plain', 'A')).rejects.toThrow(/session 'A'/);
    expect(await codeOf(bus.client.acceptNextSession('nowhere'))).toBe('MessagingEntityNotFound');
    const sessionless = bus.client.createSender(QUEUE).sendMessages({ body: 0 });
    await expect(sessionless).rejects.toThrow(/requires a session id on every message/);
    await receiver.close();
  });
});

describe('holding', () => {
  test('keeps its state from holder to holder until it is cleared', async () => {
    const first = await bus.client.acceptSession(QUEUE, 'S');
    expect(await first.getSessionState()).toBeNull();
    await first.setSessionState({ step: 3 });
    await first.close();
    const second = await bus.client.acceptSession(QUEUE, 'S');
    expect(await second.getSessionState()).toEqual({ step: 3 });
    await second.setSessionState(null);
    expect(await second.getSessionState()).toBeNull();
    await second.close();
  });

  test('closing with an unsettled message returns it uncounted; abandoning counts', async () => {
    await send('C', 'c');
    const first = await bus.client.acceptSession(QUEUE, 'C');
    await first.abandonMessage(await receiveOne(first));
    expect((await receiveOne(first)).deliveryCount).toBe(1);
    await first.close();
    const second = await bus.client.acceptSession(QUEUE, 'C');
    const message = await receiveOne(second);
    expect(message.deliveryCount).toBe(1);
    await second.completeMessage(message);
    await second.close();
  });

  test('a client that vanishes loses its session at once, and the delivery counts', async () => {
    await send('V', 'v');
    const { client, cut } = bus.connectBreakable();
    await receiveOne(await client.acceptSession(QUEUE, 'V'));
    cut();
    const receiver = await bus.client.acceptNextSession(QUEUE);
    const message = await receiveOne(receiver);
    expect(message).toMatchObject({ body: 'v', sessionId: 'V', deliveryCount: 1 });
    await receiver.completeMessage(message);
    await receiver.close();
  });

  test('a renewed lock holds past its first end', async () => {
    await send('R', 'r');
    const receiver = await bus.client.acceptSession(QUEUE, 'R', NO_RENEWAL);
    const message = await receiveOne(receiver);
    await sleep(LOCK_MS * 0.6);
    expect((await receiver.renewSessionLock()).getTime()).toBeGreaterThan(Date.now() + LOCK_MS / 2);
    await sleep(LOCK_MS * 0.6);
    await receiver.completeMessage(message);
    await receiver.close();
  });

  test('a lapsed lock is SessionLockLost and a counted delivery for what was held', async () => {
    await send('L', 'l');
    const slow = await bus.client.acceptSession(QUEUE, 'L', NO_RENEWAL);
    const message = await receiveOne(slow);
    await sleep(LOCK_MS * 1.1);
    expect(await codeOf(slow.completeMessage(message))).toBe('SessionLockLost');
    expect(await codeOf(slow.renewSessionLock())).toBe('SessionLockLost');
    const next = await bus.client.acceptNextSession(QUEUE);
    const again = await receiveOne(next);
    expect(again).toMatchObject({ body: 'l', deliveryCount: 1 });
    await next.completeMessage(again);
    await Promise.all([slow.close(), next.close()]);
  });

  test('the client renews by itself while it works', async () => {
    await send('auto', 'slow work');
    const receiver = await bus.client.acceptSession(QUEUE, 'auto');
    const message = await receiveOne(receiver);
    await sleep(LOCK_MS * 1.5);
    await receiver.completeMessage(message);
    expect(await isEmpty(receiver)).toBe(true);
    await receiver.close();
  });

  test('a subscriber gets the messages of its session in order, while others go on', async () => {
    await send('one', 1, 2, 3);
    await send('two', 4, 5, 6);
    const seen: Record<string, number[]> = { one: [], two: [] };
    const receivers = await Promise.all(['one', 'two'].map((id) => bus.client.acceptSession(QUEUE, id)));
    for (const receiver of receivers) {
      const processMessage = async ({ body }: { body: number }) => void seen[receiver.sessionId]?.push(body);
      receiver.subscribe({ processMessage, processError: async () => undefined });
    }
    await until(() => bus.broker.counts(QUEUE).active === 0);
    expect(seen).toEqual({ one: [1, 2, 3], two: [4, 5, 6] });
    await Promise.all(receivers.map((receiver) => receiver.close()));
  });
});
