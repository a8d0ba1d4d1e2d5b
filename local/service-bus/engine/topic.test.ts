import { beforeEach, expect, test } from '@jest/globals';
import { Topic } from './topic.ts';
import { aMessage, Inbox, START, type VirtualBroker, virtualBroker } from './virtual-broker.ts';

let broker: VirtualBroker;
let topic: Topic;

beforeEach(() => {
  broker = virtualBroker([
    {
      kind: 'topic',
      name: 't',
      duplicateDetectionWindowMs: 1_000,
      subscriptions: [{ name: 'one', defaultTtlMs: 100 }, { name: 'two' }],
    },
  ]);
  const entity = broker.namespace.entity('t');
  if (!(entity instanceof Topic)) throw new Error('Not a topic.');
  topic = entity;
});

const counts = (subscription: string) => broker.namespace.queue(`t/Subscriptions/${subscription}`).counts();

test('every subscription has its own copy under its own settings', () => {
  topic.send([aMessage('a')]);
  broker.time.pass(0);
  expect([counts('one').active, counts('two').active]).toEqual([1, 1]);
  broker.time.pass(100);
  expect([counts('one').active, counts('two').active]).toEqual([0, 1]);
});

test('copies share the message id the topic gave them', () => {
  topic.send([aMessage('a')]);
  const ids = topic.subscriptions.map((subscription) => subscription.peek(0, 1)[0]?.messageId);
  expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), ids[0]]);
});

test('a repeat is dropped before it fans out', () => {
  topic.send([aMessage('a', { messageId: 'k' }), aMessage('b', { messageId: 'k' })]);
  expect(counts('two').active).toBe(1);
});

test('scheduled messages wait in the topic and can be cancelled for all', () => {
  const inbox = new Inbox(broker.namespace.queue('t/Subscriptions/two'));
  const due = START + 500;
  expect(topic.send([aMessage('a', { scheduledAt: due }), aMessage('b', { scheduledAt: due })])).toEqual([
    1, 2,
  ]);
  topic.cancelScheduled([2]);
  broker.time.pass(499);
  expect([topic.counts().scheduled, counts('two').active]).toEqual([1, 0]);
  broker.time.pass(1);
  expect(inbox.texts()).toEqual(['a']);
  expect(topic.counts().scheduled).toBe(0);
});

test('nothing is received from the topic itself', () => {
  expect(() => broker.namespace.queue('t')).toThrow(
    expect.objectContaining({ condition: 'amqp:not-allowed' }),
  );
});
