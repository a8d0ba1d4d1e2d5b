/**
 * What every MessageSender promises, seen from the receiving end. Run on the queue in memory and on the Service Bus
 * adapter, so that simulation and production mean the same by «send».
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { type MessageSender, QueueUnavailableError, type ReconcileMessage } from '../../lib/queue/port.ts';
import { aReconcileMessage } from '../builders/reconcile-message.ts';

export interface ReceivedMessage {
  readonly message: ReconcileMessage;
  readonly messageId: string;
  readonly deliveryCount: number;
  complete(): Promise<unknown>;
  abandon(): Promise<unknown>;
}

export interface QueueHarness {
  readonly sender: MessageSender;
  /** Time by the queue's own clock, epoch milliseconds. */
  now(): number;
  /** Lets the queue's clock pass by `ms`. */
  advance(ms: number): Promise<void>;
  /** The next reconcile message, or undefined when none is deliverable now. */
  receive(): Promise<ReceivedMessage | undefined>;
  /** Bodies that arrived at the lifecycle topic and at the queues `answers` and `webhooks`. */
  arrived(entity: 'lifecycle' | 'answers' | 'webhooks'): Promise<readonly unknown[]>;
  /** Makes the broker unreachable. */
  cutOff(): Promise<void>;
  close(): Promise<void>;
}

/** Long against the noise of a busy machine, short enough for a suite over sockets. */
const SOON_MS = 1_000;
const SLACK_MS = 300;

export function describeQueueContract(name: string, open: () => Promise<QueueHarness>): void {
  describe(`${name} keeps the contract of a message sender`, () => {
    let opened: QueueHarness | undefined;
    const harness = async () => {
      opened = await open();
      return opened;
    };
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });

    test('delivers a message as it was sent, first time with delivery count 0', async () => {
      const { sender, receive } = await harness();
      await sender.sendReconcile(aReconcileMessage({ clusterId: 'c-1', reason: 'created', wake: 7 }));

      const got = await receive();

      expect(got?.message).toEqual({ clusterId: 'c-1', reason: 'created', wake: 7 });
      expect(got?.deliveryCount).toBe(0);
    });

    test('gives each call a message id of its own, so that nothing is swallowed as a duplicate', async () => {
      const { sender, receive } = await harness();
      const message = aReconcileMessage({ clusterId: 'c-1' });
      await sender.sendReconcile(message);
      await sender.sendReconcile(message);

      const first = await receive();
      await first?.complete();
      const second = await receive();

      expect(second?.message).toEqual(message);
      expect(second?.messageId).not.toBe(first?.messageId);
    });

    test('holds a message back until its time', async () => {
      const { sender, receive, advance, now } = await harness();
      await sender.sendReconcile(aReconcileMessage({ wake: 2 }), { notBefore: now() + SOON_MS });

      expect(await receive()).toBeUndefined();
      await advance(SOON_MS + SLACK_MS);

      expect((await receive())?.message.wake).toBe(2);
    });

    test('takes a time in the past for now', async () => {
      const { sender, receive, now } = await harness();
      await sender.sendReconcile(aReconcileMessage({ wake: 3 }), { notBefore: now() - 60_000 });

      expect((await receive())?.message.wake).toBe(3);
    });

    test('drops a message whose time to live is over', async () => {
      const { sender, receive, advance } = await harness();
      await sender.sendReconcile(aReconcileMessage({ wake: 1 }), { timeToLiveMs: SOON_MS });
      await advance(SOON_MS + SLACK_MS);

      expect(await receive()).toBeUndefined();
    });

    test('delivers an abandoned message again and counts the delivery', async () => {
      const { sender, receive } = await harness();
      await sender.sendReconcile(aReconcileMessage({ wake: 4 }));
      await (await receive())?.abandon();

      const again = await receive();

      expect(again?.message.wake).toBe(4);
      expect(again?.deliveryCount).toBe(1);
    });

    test('keeps the order within a cluster, one at a time, while other clusters go on', async () => {
      const { sender, receive } = await harness();
      await sender.sendReconcile(aReconcileMessage({ clusterId: 'c-1', wake: 1 }));
      await sender.sendReconcile(aReconcileMessage({ clusterId: 'c-1', wake: 2 }));
      await sender.sendReconcile(aReconcileMessage({ clusterId: 'c-2', wake: 9 }));

      const first = await receive();
      const other = await receive();
      expect([first?.message.wake, other?.message.wake]).toEqual([1, 9]);
      expect(await receive()).toBeUndefined();

      await first?.complete();
      expect((await receive())?.message.wake).toBe(2);
    });

    test('publishes events and answers to where they belong', async () => {
      const { sender, arrived } = await harness();
      await sender.publishLifecycle({ body: { type: 'cluster.created' }, sessionId: 'c-1' });
      await sender.reply('answers', { body: { status: 202 }, correlationId: 'q-1', sessionId: 'c-1' });

      expect(await arrived('lifecycle')).toEqual([{ type: 'cluster.created' }]);
      expect(await arrived('answers')).toEqual([{ status: 202 }]);
    });

    test('folds attempts of one id, and holds one back until its time', async () => {
      const { sender, arrived, advance, now } = await harness();
      const event = { id: 'e-1', source: '/projects/default/clusters/shop', type: 'slipway.health.changed' };
      const message = { project: 'default', hook: 'h-1', attempt: 1, held: 0, event };
      const second = { ...message, attempt: 2 };
      await sender.sendWebhook(message, { messageId: 'e-1-1' });
      await sender.sendWebhook(message, { messageId: 'e-1-1' });
      await sender.sendWebhook(second, { messageId: 'e-1-2', notBefore: now() + SOON_MS });

      expect(await arrived('webhooks')).toEqual([message]);
      await advance(SOON_MS + SLACK_MS);
      expect(await arrived('webhooks')).toContainEqual(second);
    });

    test('says plainly that the broker did not confirm', async () => {
      const { sender, cutOff } = await harness();
      expect(await sender.ping()).toBe(true);
      await cutOff();

      await expect(sender.sendReconcile(aReconcileMessage())).rejects.toThrow(QueueUnavailableError);
      expect(await sender.ping()).toBe(false);
    });
  });
}
