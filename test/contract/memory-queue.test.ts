import { describe, expect, test } from '@jest/globals';
import { QueueUnavailableError } from '../../lib/queue/port.ts';
import { aReconcileMessage } from '../builders/reconcile-message.ts';
import { MemoryQueue, type MemoryQueueOptions } from '../fakes/memory-queue.ts';
import { describeQueueContract, type ReceivedMessage } from './queue-contract.ts';

function aMemoryQueue(options: Partial<MemoryQueueOptions> = {}) {
  const clock = { nowMs: 1_000_000 };
  let issued = 0;
  const ids = { uuid: () => `m-${++issued}` };
  const queue = new MemoryQueue({ now: () => clock.nowMs, ids, ...options });
  return { queue, clock, take: () => queue.take(clock.nowMs) };
}

describeQueueContract('memory queue', async () => {
  const { queue, clock, take } = aMemoryQueue();
  return {
    sender: queue,
    now: () => clock.nowMs,
    advance: async (ms) => {
      clock.nowMs += ms;
    },
    receive: async () => received(take()),
    arrived: async (entity) => {
      switch (entity) {
        case 'lifecycle':
          return queue.published.map(({ body }) => body);
        case 'webhooks':
          return queue.webhooks.filter(({ dueAt }) => dueAt <= clock.nowMs).map(({ message }) => message);
        case 'answers':
          return queue.replies.filter((reply) => reply.queue === entity).map(({ message }) => message.body);
      }
    },
    cutOff: async () => queue.setAvailable(false),
    close: async () => {},
  };
});

function received(delivery: ReturnType<MemoryQueue['take']>): ReceivedMessage | undefined {
  if (delivery === undefined) return undefined;
  const { message, messageId, deliveryCount } = delivery;
  return {
    message,
    messageId,
    deliveryCount,
    complete: async () => delivery.complete(),
    abandon: async () => delivery.abandon(),
  };
}

describe('memory queue', () => {
  test('redelivers when the lock runs out, and the late worker settles nothing', async () => {
    const { queue, clock, take } = aMemoryQueue({ lockDurationMs: 5_000 });
    await queue.sendReconcile(aReconcileMessage());
    const first = take();

    clock.nowMs += 5_000;

    expect(first?.complete()).toBe(false);
    expect(take()?.deliveryCount).toBe(1);
    expect(first?.abandon()).toBe(false);
    expect(queue.pending).toHaveLength(1);
  });

  test('hands a message on at once when the lock is lost', async () => {
    const { queue, take } = aMemoryQueue();
    await queue.sendReconcile(aReconcileMessage());
    const zombie = take();

    zombie?.loseLock();
    const second = take();

    expect(second?.deliveryCount).toBe(1);
    expect(zombie?.complete()).toBe(false);
    expect(second?.complete()).toBe(true);
    expect(queue.pending).toEqual([]);
  });

  test('puts a message that was delivered too often among the dead letters', async () => {
    const { queue, take } = aMemoryQueue({ maxDeliveryCount: 2 });
    await queue.sendReconcile(aReconcileMessage({ wake: 5 }));

    take()?.abandon();
    take()?.abandon();

    expect(take()).toBeUndefined();
    expect(queue.deadLetters.map(({ body, deliveryCount }) => [body.wake, deliveryCount])).toEqual([[5, 2]]);
  });

  test('counts the time to live of a scheduled message from its due time', async () => {
    const { queue, clock, take } = aMemoryQueue();
    await queue.sendReconcile(aReconcileMessage(), { notBefore: clock.nowMs + 1_000, timeToLiveMs: 500 });

    clock.nowMs += 1_499;
    expect(take()?.deliveryCount).toBe(0);
  });

  test('without sessions delivers several messages of a cluster at once', async () => {
    const { queue, take } = aMemoryQueue({ sessions: false });
    await queue.sendReconcile(aReconcileMessage({ wake: 1 }));
    await queue.sendReconcile(aReconcileMessage({ wake: 2 }));

    expect([take()?.message.wake, take()?.message.wake]).toEqual([1, 2]);
  });

  test('lets a test choose among what is deliverable', async () => {
    const { queue, take } = aMemoryQueue({ choose: (count) => count - 1 });
    await queue.sendReconcile(aReconcileMessage({ clusterId: 'c-1' }));
    await queue.sendReconcile(aReconcileMessage({ clusterId: 'c-2' }));

    expect(take()?.message.clusterId).toBe('c-2');
  });

  test('knows when asking again is worth it', async () => {
    const { queue, clock, take } = aMemoryQueue({ lockDurationMs: 10_000 });
    expect(queue.nextEventAt()).toBeUndefined();
    await queue.sendReconcile(aReconcileMessage(), { notBefore: 1_000_500 });
    expect(queue.nextEventAt()).toBe(1_000_500);

    clock.nowMs = 1_000_500;
    take();
    expect(queue.nextEventAt()).toBe(1_010_500);
  });

  test.each([
    ['drop', [], false],
    ['refuse', [], true],
    ['lost-answer', ['m-1'], true],
  ] as const)('%s: what the broker has and what the sender hears', async (kind, accepted, fails) => {
    const { queue } = aMemoryQueue({ fate: () => ({ kind }) });

    const heard = await queue.sendReconcile(aReconcileMessage()).then(
      () => undefined,
      (error: unknown) => error,
    );

    expect(heard instanceof QueueUnavailableError).toBe(fails);
    expect(queue.pending.map(({ messageId }) => messageId)).toEqual(accepted);
  });

  test('doubles and delays a message on request', async () => {
    const { queue } = aMemoryQueue({ fate: () => ({ kind: 'deliver', copies: 2, delayMs: 250 }) });
    await queue.sendReconcile(aReconcileMessage());

    expect(queue.pending.map(({ messageId, dueAt }) => [messageId, dueAt])).toEqual([
      ['m-1', 1_000_250],
      ['m-1', 1_000_250],
    ]);
  });
});
