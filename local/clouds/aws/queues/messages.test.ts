import { expect, test } from '@jest/globals';
import { seededChance } from '../../kit/chance.ts';
import { memoryRecords } from '../../kit/records.ts';
import {
  countMessages,
  keyOfReceipt,
  type MessageBox,
  type QueueMessage,
  receive,
  send,
} from './messages.ts';

function aBox(): MessageBox {
  const records = memoryRecords();
  return {
    messages: records.table<QueueMessage>('messages', ({ queue }) => queue),
    counters: records.table<number>('counters'),
    chance: seededChance('queues'),
  };
}

const sent = { queue: 'q', sentAt: 0, senderId: 's', delayMs: 0, copies: 1 };
const asked = { queue: 'q', now: 10, max: 10, visibilityMs: 1000, order: 'oldest-first' as const };
const bodies = (messages: readonly QueueMessage[]) => messages.map(({ body }) => body);

test('what is worked on is hidden, and comes back when that takes too long', () => {
  const box = aBox();
  send(box, { ...sent, body: 'a' });
  expect(bodies(receive(box, asked))).toEqual(['a']);
  expect(receive(box, { ...asked, now: 1009 })).toEqual([]);
  const again = receive(box, { ...asked, now: 1010 });
  expect(again.map(({ receiveCount, firstReceivedAt }) => [receiveCount, firstReceivedAt])).toEqual([
    [2, 10],
  ]);
});

test('the oldest come first, as many as asked for, of that queue only', () => {
  const box = aBox();
  send(box, { ...sent, body: 'other', queue: 'r' });
  send(box, { ...sent, body: 'late', sentAt: 5 });
  send(box, { ...sent, body: 'early' });
  send(box, { ...sent, body: 'delayed', delayMs: 50 });
  expect(bodies(receive(box, { ...asked, max: 1 }))).toEqual(['early']);
  expect(bodies(receive(box, asked))).toEqual(['late']);
  expect(countMessages(box.messages.inGroup('q'), 10)).toEqual({ visible: 0, hidden: 2, delayed: 1 });
});

test('a message that is delivered twice has one id and two receipts', () => {
  const box = aBox();
  const id = send(box, { ...sent, body: 'a', copies: 2 });
  const got = receive(box, { ...asked, order: 'shuffled' });
  expect(got.map((message) => message.id)).toEqual([id, id]);
  expect(new Set(got.map(({ receipt }) => receipt)).size).toBe(2);
});

test('a receipt names its message, in its own queue only', () => {
  const box = aBox();
  send(box, { ...sent, body: 'a' });
  const [message] = receive(box, asked);
  expect(keyOfReceipt(message?.receipt ?? '', 'q')).toBe(message?.key);
  expect([keyOfReceipt(message?.receipt ?? '', 'r'), keyOfReceipt('rubbish', 'q')]).toEqual([
    undefined,
    undefined,
  ]);
});
