/** A whole engine on virtual time, and receivers that keep what they get: the stage on which its tests play. */
import type { EntityDefinition } from '../entities.ts';
import type { Consumer } from './consumers.ts';
import { type Journal, volatileJournal } from './journal.ts';
import type { Lock } from './locks.ts';
import type { IncomingMessage, StoredMessage } from './message.ts';
import { Namespace } from './namespace.ts';
import type { Queue } from './queue.ts';
import type { Session } from './sessions.ts';
import { Turn } from './turn.ts';
import { VirtualTime } from './virtual-time.ts';

export const START = Date.UTC(2026, 0, 1);

export interface VirtualBroker {
  readonly time: VirtualTime;
  readonly turn: Turn;
  readonly namespace: Namespace;
}

export function virtualBroker(
  entities: readonly EntityDefinition[],
  journal: Journal = volatileJournal,
  startsAt: number = START,
): VirtualBroker {
  const time = new VirtualTime(startsAt);
  const turn = new Turn(time, journal);
  let uuids = 0;
  const uuid = () => {
    uuids += 1;
    return `00000000-0000-4000-8000-${String(uuids).padStart(12, '0')}`;
  };
  const namespace = new Namespace(entities, { clock: time, timers: time, ids: { uuid }, journal, turn });
  return { time, turn, namespace };
}

export function aMessage(text: string, rest: Omit<IncomingMessage, 'payload'> = {}): IncomingMessage {
  return { payload: Buffer.from(text), ...rest };
}

interface InboxOptions {
  readonly credit?: number;
  readonly session?: Session;
  readonly mode?: Consumer['mode'];
  readonly owner?: object;
}

interface Received {
  readonly message: StoredMessage;
  readonly lock: Lock | undefined;
}

/** A receiver with so much credit. */
export class Inbox implements Consumer {
  readonly mode: Consumer['mode'];
  readonly owner: object;
  readonly session?: Session;
  readonly received: Received[] = [];
  readonly #queue: Queue;
  #credit: number;

  constructor(queue: Queue, { credit = 100, session, mode = 'peekLock', owner = {} }: InboxOptions = {}) {
    this.#queue = queue;
    this.#credit = credit;
    this.mode = mode;
    this.owner = owner;
    if (session) this.session = session;
    queue.delivery.attach(this);
  }

  credit(): number {
    return this.#credit;
  }

  deliver(message: StoredMessage, lock?: Lock): void {
    this.#credit -= 1;
    this.received.push({ message, lock });
  }

  add(credit: number): void {
    this.#credit += credit;
    this.#queue.delivery.creditAdded();
  }

  texts(): readonly string[] {
    return this.received.map(({ message }) => Buffer.from(message.payload).toString());
  }

  /** The last message's lock. */
  lock(): Lock {
    const lock = this.received.at(-1)?.lock;
    if (!lock) throw new Error('Nothing was received under a lock.');
    return lock;
  }
}
