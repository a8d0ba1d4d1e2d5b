import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Queue } from './queue.ts';
import type { Session } from './sessions.ts';
import { aMessage, Inbox, START, type VirtualBroker, virtualBroker } from './virtual-broker.ts';

let broker: VirtualBroker;
let queue: Queue;

beforeEach(() => {
  broker = virtualBroker([
    { kind: 'queue', name: 'q', requiresSession: true, lockDurationMs: 1_000, maxDeliveryCount: 3 },
  ]);
  queue = broker.namespace.queue('q');
});

function arrive(sessionId: string, ...texts: string[]): void {
  queue.send(texts.map((text) => aMessage(text, { sessionId })));
  broker.time.pass(0);
}

function accept(id: string) {
  const session = queue.delivery.sessions.open(id);
  const holder = { lost: jest.fn() };
  queue.delivery.sessions.accept(session, holder);
  const inbox = new Inbox(queue, { session });
  broker.time.pass(0);
  return { session, holder, inbox };
}

describe('holding', () => {
  test('the holder gets the messages of its session only, in order', () => {
    arrive('a', 'a1', 'a2');
    arrive('b', 'b1');
    const { inbox } = accept('a');
    arrive('a', 'a3');
    expect(inbox.texts()).toEqual(['a1', 'a2', 'a3']);
  });

  test('a held session is refused to others', () => {
    const { session } = accept('a');
    expect(() => queue.delivery.sessions.accept(session, { lost: () => undefined })).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:session-cannot-be-locked' }),
    );
  });

  test('a closed session gives its messages back uncounted, in order', () => {
    arrive('a', 'a1', 'a2');
    const first = accept('a');
    queue.delivery.detach(first.inbox);
    queue.delivery.releaseSession(first.session, first.holder, 'closed');
    const second = accept('a');
    expect(second.inbox.texts()).toEqual(['a1', 'a2']);
    expect(second.inbox.received.map(({ message }) => message.deliveryCount)).toEqual([0, 0]);
    expect(first.holder.lost).not.toHaveBeenCalled();
  });

  test('a lapsed session tells its holder once and counts every message it held', () => {
    arrive('a', 'a1', 'a2');
    const { inbox, holder } = accept('a');
    queue.delivery.settle(inbox.lock(), { kind: 'complete' });
    const held = inbox.received[0]?.lock;
    broker.time.pass(1_000);
    expect(holder.lost).toHaveBeenCalledTimes(1);
    expect(queue.peek(0, 9).map((m) => m.deliveryCount)).toEqual([1]);
    expect(() => held && queue.delivery.settle(held, { kind: 'complete' })).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:session-lock-lost' }),
    );
  });

  test('renewing moves the end of the session and of its message locks', () => {
    arrive('a', 'a1');
    const { inbox, holder } = accept('a');
    broker.time.pass(900);
    expect(queue.delivery.sessions.renew('a')).toBe(START + 1_900);
    expect(inbox.lock().until).toBe(START + 1_900);
    broker.time.pass(999);
    expect(holder.lost).not.toHaveBeenCalled();
    broker.time.pass(1);
    expect(holder.lost).toHaveBeenCalledTimes(1);
    expect(() => queue.delivery.sessions.renew('a')).toThrow(
      expect.objectContaining({ condition: 'com.microsoft:session-lock-lost' }),
    );
  });

  test('a late release of a former holder changes nothing', () => {
    const first = accept('a');
    broker.time.pass(1_000);
    const second = accept('a');
    queue.delivery.releaseSession(first.session, first.holder, 'closed');
    expect(queue.delivery.sessions.held('a').holder).toBe(second.holder);
  });

  test('the state stays until it is cleared; a session without anything is forgotten', () => {
    const first = accept('a');
    queue.delivery.sessions.saveState('a', Buffer.from('x'));
    queue.delivery.releaseSession(first.session, first.holder, 'closed');
    expect(queue.delivery.sessions.ids()).toEqual(['a']);
    const second = accept('a');
    expect(second.session.state).toEqual(Buffer.from('x'));
    queue.delivery.sessions.saveState('a', undefined);
    queue.delivery.releaseSession(second.session, second.holder, 'closed');
    expect(queue.delivery.sessions.ids()).toEqual([]);
  });
});

describe('the next free session', () => {
  test('is the one whose first message waited longest', () => {
    arrive('b', 'b1');
    arrive('a', 'a1');
    expect(queue.delivery.sessions.nextFree()?.id).toBe('b');
    accept('b');
    expect(queue.delivery.sessions.nextFree()?.id).toBe('a');
    accept('a');
    expect(queue.delivery.sessions.nextFree()).toBeUndefined();
  });

  test('goes to the one who waited longest, once', () => {
    const granted: string[] = [];
    const waiter = (name: string) => (session: Session) => {
      granted.push(`${name}:${session.id}`);
      queue.delivery.sessions.accept(session, { lost: () => undefined });
    };
    queue.delivery.sessions.wait(waiter('gone'))();
    queue.delivery.sessions.wait(waiter('first'));
    queue.delivery.sessions.wait(waiter('second'));
    arrive('a', 'a1', 'a2');
    arrive('b', 'b1');
    arrive('c', 'c1');
    expect(granted).toEqual(['first:a', 'second:b']);
  });

  test('is offered again when its holder leaves messages behind', () => {
    arrive('a', 'a1');
    const first = accept('a');
    const granted: string[] = [];
    queue.delivery.sessions.wait((session) => granted.push(session.id));
    queue.delivery.releaseSession(first.session, first.holder, 'failed');
    expect(granted).toEqual(['a']);
    expect(queue.peek(0, 9).map((m) => m.deliveryCount)).toEqual([1]);
  });
});

test('one message without a session id spoils the whole send', () => {
  expect(() => queue.send([aMessage('x', { sessionId: 'a' }), aMessage('y')])).toThrow(
    expect.objectContaining({ condition: 'amqp:not-allowed' }),
  );
  expect(queue.counts().active).toBe(0);
});

test('a deferred message is locked for the holder of its session only', () => {
  arrive('a', 'a1');
  const { inbox, session, holder } = accept('a');
  queue.delivery.settle(inbox.lock(), { kind: 'defer', properties: {} });
  expect(queue.lockDeferred([1], {}).map((lock) => lock.session?.id)).toEqual(['a']);
  queue.delivery.releaseSession(session, holder, 'closed');
  expect(() => queue.lockDeferred([1], {})).toThrow(
    expect.objectContaining({ condition: 'com.microsoft:session-lock-lost' }),
  );
});
