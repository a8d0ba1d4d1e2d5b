/**
 * Messages of simulated queues: hidden while somebody works on them, back when that takes too long, gone when deleted or
 * too old. Delivery is at least once and in no order; settings say how bad that gets.
 */
import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Chance } from '../../kit/chance.ts';
import type { Table } from '../../kit/records.ts';

export interface QueueMessage {
  readonly key: string;
  /** Key of its queue. */
  readonly queue: string;
  readonly id: string;
  readonly body: string;
  readonly sentAt: EpochMs;
  readonly senderId: string;
  readonly visibleAt: EpochMs;
  readonly receiveCount: number;
  readonly firstReceivedAt?: EpochMs;
  /** Of the latest receipt; earlier ones delete nothing. */
  readonly receipt?: string;
}

export interface MessageBox {
  readonly messages: Table<QueueMessage>;
  readonly counters: Table<number>;
  readonly chance: Chance;
}

export interface Sent {
  readonly queue: string;
  readonly body: string;
  readonly sentAt: EpochMs;
  readonly senderId: string;
  readonly delayMs: number;
  /** 2: it will be delivered twice, as at-least-once delivery may. */
  readonly copies: number;
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Gives the message's id. */
export function send({ messages, counters, chance }: MessageBox, sent: Sent): string {
  const number = (counters.get('message') ?? 0) + 1;
  counters.put('message', number);
  const id = chance.uuid(`message/${number}`);
  const { queue, body, sentAt, senderId, delayMs, copies } = sent;
  for (let copy = 0; copy < copies; copy += 1) {
    const key = `${id}/${copy}`;
    const visibleAt = sentAt + delayMs;
    messages.put(key, { key, queue, id, body, sentAt, senderId, visibleAt, receiveCount: 0 });
  }
  return id;
}

export interface Receiving {
  readonly queue: string;
  readonly now: EpochMs;
  readonly max: number;
  readonly visibilityMs: number;
  readonly order: 'oldest-first' | 'shuffled';
}

export function receive({ messages, chance }: MessageBox, asked: Receiving): QueueMessage[] {
  const { queue, now, max, visibilityMs, order } = asked;
  const waiting = messages.inGroup(queue).filter(({ visibleAt }) => visibleAt <= now);
  const rank = ({ key, sentAt }: QueueMessage) =>
    order === 'shuffled' ? chance.fraction(`order/${key}/${now}`) : sentAt;
  return waiting
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, max)
    .map((message) => {
      const receiveCount = message.receiveCount + 1;
      const receipt = Buffer.from(`${message.key}#${receiveCount}#${queue}`).toString('base64');
      const received = {
        ...message,
        receiveCount,
        receipt,
        visibleAt: now + visibilityMs,
        firstReceivedAt: message.firstReceivedAt ?? now,
      };
      messages.put(message.key, received);
      return received;
    });
}

/** What a receipt is for; undefined: it was never given out for this queue. */
export function keyOfReceipt(receipt: string, queue: string): string | undefined {
  const [key, count, of] = Buffer.from(receipt, 'base64').toString('utf8').split('#');
  return of === queue && count !== undefined && key ? key : undefined;
}

/** Messages in a queue as its attributes count them. */
export function countMessages(messages: readonly QueueMessage[], now: EpochMs) {
  const later = messages.filter(({ visibleAt }) => visibleAt > now);
  const delayed = later.filter(({ receiveCount }) => receiveCount === 0).length;
  return { visible: messages.length - later.length, hidden: later.length - delayed, delayed };
}
