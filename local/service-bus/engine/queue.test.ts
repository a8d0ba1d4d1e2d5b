import { beforeEach, describe, expect, test } from '@jest/globals';
import type { QueueDefinition } from '../entities.ts';
import type { Queue } from './queue.ts';
import { aMessage, Inbox, START, type VirtualBroker, virtualBroker } from './virtual-broker.ts';

let broker: VirtualBroker;
let queue: Queue;

function given(definition: Partial<QueueDefinition> = {}): void {
  broker = virtualBroker([
    { kind: 'queue', name: 'q', lockDurationMs: 1_000, maxDeliveryCount: 2, ...definition },
  ]);
  queue = broker.namespace.queue('q');
}

function arrive(...texts: string[]): void {
  queue.send(texts.map((text) => aMessage(text)));
  broker.time.pass(0);
}

function deadLetters(): Inbox {
  const inbox = new Inbox(broker.namespace.queue('q/$DeadLetterQueue'));
  broker.time.pass(0);
  return inbox;
}

beforeEach(() => given());

describe('handing out', () => {
  test('gives messages in order, to receivers in turn, within their credit', () => {
    const [one, two] = [new Inbox(queue, { credit: 1 }), new Inbox(queue, { credit: 2 })];
    arrive('a', 'b', 'c', 'd');
    expect([one.texts(), two.texts()]).toEqual([['a'], ['b', 'c']]);
    one.add(1);
    broker.time.pass(0);
    expect(one.texts()).toEqual(['a', 'd']);
  });

  test('a detached receiver gets nothing more', () => {
    const inbox = new Inbox(queue);
    queue.delivery.detach(inbox);
    arrive('a');
    expect(inbox.texts()).toEqual([]);
  });

  test('receiveAndDelete takes the message off the queue with the delivery', () => {
    const inbox = new Inbox(queue, { mode: 'receiveAndDelete' });
    arrive('a');
    expect(inbox.received[0]?.lock).toBeUndefined();
    expect(queue.counts()).toEqual({ active: 0, scheduled: 0, deferred: 0, locked: 0, deadLetter: 0 });
  });

  test('peek shows locked messages too, from a number on', () => {
    const inbox = new Inbox(queue, { credit: 1 });
    arrive('a', 'b', 'c');
    expect(inbox.texts()).toEqual(['a']);
    expect(queue.peek(0, 10).map((m) => m.sequenceNumber)).toEqual([1, 2, 3]);
    expect(queue.peek(2, 1).map((m) => m.sequenceNumber)).toEqual([2]);
  });
});

describe('settling', () => {
  test('a completed message is gone, and cannot be settled again', () => {
    const inbox = new Inbox(queue);
    arrive('a');
    queue.delivery.settle(inbox.lock(), { kind: 'complete' });
    expect(queue.counts().active).toBe(0);
    expect(() => queue.delivery.settle(inbox.lock(), { kind: 'complete' })).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:message-lock-lost' }),
    );
  });

  test('an abandoned message comes back first, counted and changed', () => {
    const inbox = new Inbox(queue, { credit: 1 });
    arrive('a', 'b');
    queue.delivery.settle(inbox.lock(), { kind: 'abandon', properties: { why: 'x' } });
    inbox.add(1);
    broker.time.pass(0);
    expect(inbox.texts()).toEqual(['a', 'a']);
    expect(inbox.received[1]?.message).toMatchObject({ deliveryCount: 1, overrides: { why: 'x' } });
  });

  test('the last failed delivery dead-letters', () => {
    const inbox = new Inbox(queue);
    arrive('a');
    queue.delivery.settle(inbox.lock(), { kind: 'abandon', properties: {} });
    broker.time.pass(0);
    queue.delivery.settle(inbox.lock(), { kind: 'abandon', properties: {} });
    expect(queue.counts()).toMatchObject({ active: 0, deadLetter: 1 });
    expect(deadLetters().received[0]?.message).toMatchObject({
      deliveryCount: 2,
      overrides: {
        DeadLetterReason: 'MaxDeliveryCountExceeded',
        DeadLetterErrorDescription: 'Message could not be consumed after 2 delivery attempts.',
      },
    });
  });

  test('a dead letter stays in the dead-letter queue whatever its receiver does', () => {
    const inbox = new Inbox(queue);
    arrive('a');
    queue.delivery.settle(inbox.lock(), { kind: 'deadLetter', reason: 'bad', properties: {} });
    const dead = deadLetters();
    for (let i = 0; i < 20; i += 1) {
      broker.namespace
        .queue('q/$DeadLetterQueue')
        .delivery.settle(dead.lock(), { kind: 'deadLetter', properties: {} });
      broker.time.pass(0);
    }
    expect(queue.counts().deadLetter).toBe(1);
    expect(dead.received.at(-1)?.message.overrides).toEqual({ DeadLetterReason: 'bad' });
  });

  test('a deferred message is out of the way until asked for by number', () => {
    const inbox = new Inbox(queue);
    arrive('a');
    queue.delivery.settle(inbox.lock(), { kind: 'defer', properties: {} });
    broker.time.pass(0);
    expect(inbox.received).toHaveLength(1);
    const [lock] = queue.lockDeferred([1], {});
    expect(lock?.message.state).toBe('deferred');
    expect(() => queue.lockDeferred([1], {})).toThrow('The message with sequence number 1 was not found.');
    expect(() => queue.takeDeferred([2])).toThrow('The message with sequence number 2 was not found.');
  });

  test('an abandoned deferred message stays deferred', () => {
    const inbox = new Inbox(queue);
    arrive('a');
    queue.delivery.settle(inbox.lock(), { kind: 'defer', properties: {} });
    for (const lock of queue.lockDeferred([1], {})) {
      queue.delivery.settle(lock, { kind: 'abandon', properties: {} });
    }
    broker.time.pass(0);
    expect(inbox.received).toHaveLength(1);
    expect(queue.takeDeferred([1]).map((m) => m.deliveryCount)).toEqual([1]);
  });
});

describe('locks', () => {
  test('a lapsed lock counts a delivery and hands the message on', () => {
    const inbox = new Inbox(queue);
    arrive('a');
    const lock = inbox.lock();
    broker.time.pass(999);
    expect(inbox.received).toHaveLength(1);
    broker.time.pass(1);
    expect(inbox.received).toHaveLength(2);
    expect(inbox.received[1]?.message.deliveryCount).toBe(1);
    expect(() => queue.delivery.settle(lock, { kind: 'complete' })).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:message-lock-lost' }),
    );
  });

  test('a renewed lock ends a full duration after the renewal', () => {
    const inbox = new Inbox(queue);
    arrive('a');
    broker.time.pass(600);
    expect(queue.delivery.renewLock(inbox.lock().token)).toBe(START + 1_600);
    broker.time.pass(999);
    expect(inbox.received).toHaveLength(1);
    broker.time.pass(1);
    expect(inbox.received).toHaveLength(2);
  });

  test('an owner that is gone loses its locks, others keep theirs', () => {
    const [mine, yours] = [{}, {}];
    new Inbox(queue, { credit: 1, owner: mine });
    new Inbox(queue, { credit: 1, owner: yours });
    arrive('a', 'b');
    queue.delivery.releaseOwner(mine);
    expect(queue.counts()).toMatchObject({ active: 2, locked: 1 });
  });
});

describe('time to live', () => {
  test('an expired message is removed without anybody looking at it', () => {
    queue.send([aMessage('a', { timeToLiveMs: 100 })]);
    broker.time.pass(99);
    expect(queue.counts().active).toBe(1);
    broker.time.pass(1);
    expect(queue.counts()).toMatchObject({ active: 0, deadLetter: 0 });
  });

  test('the shorter of sender and queue decides, and the queue may dead-letter', () => {
    given({ defaultTtlMs: 50, deadLetterOnExpiration: true });
    queue.send([aMessage('a', { timeToLiveMs: 100 })]);
    broker.time.pass(50);
    expect(queue.counts()).toMatchObject({ active: 0, deadLetter: 1 });
    broker.time.pass(1_000_000);
    expect(queue.counts().deadLetter).toBe(1);
  });

  test('a lock outlives the message, which expires when it is given back', () => {
    const inbox = new Inbox(queue);
    queue.send([aMessage('a', { timeToLiveMs: 100 })]);
    broker.time.pass(500);
    expect(queue.counts()).toMatchObject({ active: 1, locked: 1 });
    queue.delivery.settle(inbox.lock(), { kind: 'abandon', properties: {} });
    expect(queue.counts().active).toBe(0);
  });
});

describe('schedule', () => {
  test('a message waits for its time, then gets a new number and its own life', () => {
    const inbox = new Inbox(queue);
    expect(queue.send([aMessage('a', { scheduledAt: START + 500, timeToLiveMs: 100 })])).toEqual([1]);
    broker.time.pass(499);
    expect(queue.counts()).toMatchObject({ active: 0, scheduled: 1 });
    broker.time.pass(1);
    expect(inbox.received[0]?.message).toMatchObject({
      sequenceNumber: 2,
      enqueuedSequenceNumber: 1,
      enqueuedAt: START + 500,
      expiresAt: START + 600,
    });
  });

  test('a cancelled message never comes; one that is not scheduled cannot be cancelled', () => {
    const inbox = new Inbox(queue, { credit: 0 });
    queue.send([aMessage('a', { scheduledAt: START + 500 }), aMessage('b')]);
    queue.cancelScheduled([1]);
    inbox.add(5);
    broker.time.pass(1_000);
    expect(inbox.texts()).toEqual(['b', 'b']);
    expect(() => queue.cancelScheduled([2])).toThrow('The message with sequence number 2 was not found.');
  });

  test('a time in the past means now', () => {
    queue.send([aMessage('a', { scheduledAt: START - 1 })]);
    expect(queue.counts()).toMatchObject({ active: 1, scheduled: 0 });
  });
});

describe('duplicates', () => {
  test('a repeat inside the window is dropped with number 0, afterwards it counts as new', () => {
    given({ duplicateDetectionWindowMs: 1_000 });
    const [twin, other] = [aMessage('a', { messageId: 'k' }), aMessage('b', { messageId: 'l' })];
    expect(queue.send([twin, other, twin])).toEqual([1, 2, 0]);
    broker.time.pass(999);
    expect(queue.send([twin])).toEqual([0]);
    broker.time.pass(1);
    expect(queue.send([twin])).toEqual([3]);
  });

  test('without a window nothing is a duplicate', () => {
    expect(queue.send([aMessage('a', { messageId: 'k' }), aMessage('a', { messageId: 'k' })])).toEqual([
      1, 2,
    ]);
  });
});

test('unknown paths are refused, known ones found in any case', () => {
  expect(broker.namespace.queue('/Q/$deadletterqueue').path).toBe('q/$DeadLetterQueue');
  expect(() => broker.namespace.entity('p')).toThrow(
    expect.objectContaining({ condition: 'amqp:not-found' }),
  );
});
