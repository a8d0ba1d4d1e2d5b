import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aMessage, Inbox, START, type VirtualBroker, virtualBroker } from '../engine/virtual-broker.ts';
import type { EntityDefinition } from '../entities.ts';
import { SqliteJournal } from './sqlite-journal.ts';

const ENTITIES: readonly EntityDefinition[] = [
  { kind: 'queue', name: 'q', maxDeliveryCount: 2, duplicateDetectionWindowMs: 1_000 },
  { kind: 'queue', name: 's', requiresSession: true },
  { kind: 'topic', name: 't', subscriptions: [{ name: 'all' }] },
];

let folder: string;
let journal: SqliteJournal;
let broker: VirtualBroker;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-journal-'));
  open(START);
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

function open(now: number): void {
  journal = new SqliteJournal(path.join(folder, 'bus.sqlite'));
  broker = virtualBroker(ENTITIES, journal, now);
}

/** A clean end, except that nothing is unlocked: to the file it looks like a kill after the last commit. */
function restart(passedMs = 0): void {
  broker.time.pass(0);
  journal.close();
  open(broker.time.now() + passedMs);
}

const queue = (name: string) => broker.namespace.queue(name);

test('brings back messages as they were sent', () => {
  queue('q').send([aMessage('a', { messageId: 'k', timeToLiveMs: 5_000 })]);
  const before = queue('q').peek(0, 9);
  restart();
  const after = queue('q').peek(0, 9);
  expect(after).toEqual(before.map((message) => ({ ...message, payload: new Uint8Array(message.payload) })));
  expect(after[0]).toMatchObject({
    messageId: 'k',
    expiresAt: START + 5_000,
    deliveryCount: 0,
    overrides: {},
  });
});

test('never gives out a sequence number twice, even when its message is long gone', () => {
  const inbox = new Inbox(queue('q'));
  queue('q').send([aMessage('a'), aMessage('b')]);
  broker.time.pass(0);
  for (const { lock } of inbox.received) if (lock) queue('q').delivery.settle(lock, { kind: 'complete' });
  restart();
  expect(queue('q').counts().active).toBe(0);
  expect(queue('q').send([aMessage('c')])).toEqual([3]);
});

test('a message that was locked is free again, its delivery counted; the last one dead-letters', () => {
  queue('q').send([aMessage('a')]);
  for (const deliveryCount of [0, 1]) {
    const inbox = new Inbox(queue('q'));
    broker.time.pass(0);
    expect(inbox.received.map(({ message }) => message.deliveryCount)).toEqual([deliveryCount]);
    restart();
  }
  expect(queue('q').counts()).toMatchObject({ active: 0, locked: 0, deadLetter: 1 });
  restart();
  expect(queue('q').counts()).toMatchObject({ active: 0, deadLetter: 1 });
});

test('keeps changed properties, deferral and what was dead-lettered', () => {
  const inbox = new Inbox(queue('q'), { credit: 2 });
  queue('q').send([aMessage('a'), aMessage('b')]);
  broker.time.pass(0);
  const [a, b] = inbox.received.map(({ lock }) => lock);
  if (a) queue('q').delivery.settle(a, { kind: 'defer', properties: { n: 1, s: 'x', b: true, z: null } });
  if (b) queue('q').delivery.settle(b, { kind: 'deadLetter', reason: 'bad', properties: {} });
  restart();
  expect(queue('q').counts()).toEqual({ active: 0, scheduled: 0, deferred: 1, locked: 0, deadLetter: 1 });
  expect(queue('q').takeDeferred([1])[0]?.overrides).toEqual({ n: 1, s: 'x', b: true, z: null });
  expect(queue('q/$DeadLetterQueue').peek(0, 1)[0]?.overrides).toEqual({ DeadLetterReason: 'bad' });
});

test('time goes on while nobody runs: due messages come, expired ones are gone', () => {
  queue('q').send([aMessage('due', { scheduledAt: START + 500 }), aMessage('old', { timeToLiveMs: 300 })]);
  broker.namespace.entity('t').send([aMessage('news', { scheduledAt: START + 500 })]);
  restart(1_000);
  broker.time.pass(0);
  expect(
    queue('q')
      .peek(0, 9)
      .map((m) => [Buffer.from(m.payload).toString(), m.sequenceNumber]),
  ).toEqual([['due', 3]]);
  expect(queue('t/Subscriptions/all').counts().active).toBe(1);
  expect(broker.namespace.entity('t').counts().scheduled).toBe(0);
});

test('remembers message ids for the rest of their window', () => {
  const twin = aMessage('a', { messageId: 'k' });
  queue('q').send([twin]);
  restart(999);
  expect(queue('q').send([twin])).toEqual([0]);
  restart(1);
  expect(queue('q').send([twin])).toEqual([2]);
});

test('keeps session state until it is cleared', () => {
  const hold = () => {
    const session = queue('s').delivery.sessions.open('x');
    queue('s').delivery.sessions.accept(session, { lost: () => undefined });
    return session;
  };
  hold();
  queue('s').delivery.sessions.saveState('x', Buffer.from('state'));
  restart();
  expect(Buffer.from(hold().state ?? []).toString()).toBe('state');
  queue('s').delivery.sessions.saveState('x', undefined);
  restart();
  expect(queue('s').delivery.sessions.ids()).toEqual([]);
});

test('a second broker on the same file is refused', () => {
  expect(() => new SqliteJournal(path.join(folder, 'bus.sqlite'))).toThrow(/locked/);
});
