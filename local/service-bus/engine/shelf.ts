/**
 * The messages of one entity, by sequence number, in memory and in the journal. Gives out the numbers and never the
 * same one twice, across restarts included; does not know when a message may be delivered.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { EngineContext } from './context.ts';
import type { EntityRecord, MessageRecord } from './journal.ts';
import type { Properties, StoredMessage } from './message.ts';

/** A message without the number the shelf will give it. */
export type NewMessage = Omit<
  StoredMessage,
  'sequenceNumber' | 'enqueuedSequenceNumber' | 'gone' | 'lock'
> & {
  /** Set when it had a number before. */
  readonly enqueuedSequenceNumber?: number;
};

export class MessageShelf {
  readonly entity: string;
  readonly #context: EngineContext;
  readonly #messages = new Map<number, StoredMessage>();
  #lastSequenceNumber = 0;

  constructor(entity: string, context: EngineContext) {
    this.entity = entity;
    this.#context = context;
  }

  /** Puts back what the journal knows. A message that was locked has failed a delivery: its lock died with the process. */
  restore(record: EntityRecord): void {
    this.#lastSequenceNumber = record.lastSequenceNumber;
    for (const { locked, ...known } of record.messages) {
      const deliveryCount = known.deliveryCount + (locked ? 1 : 0);
      const message: StoredMessage = { ...known, deliveryCount, gone: false };
      this.#messages.set(message.sequenceNumber, message);
      if (locked) this.save(message);
    }
  }

  add(message: NewMessage): StoredMessage {
    this.#lastSequenceNumber += 1;
    const sequenceNumber = this.#lastSequenceNumber;
    return this.#put({ enqueuedSequenceNumber: sequenceNumber, ...message, sequenceNumber, gone: false });
  }

  /** Takes over a message of another shelf under the number it has there. */
  adopt(
    from: StoredMessage,
    changes: { readonly overrides: Properties; readonly expiresAt: EpochMs },
  ): StoredMessage {
    const { lock: _released, ...message } = from;
    return this.#put({ ...message, ...changes, state: 'active', gone: false });
  }

  get(sequenceNumber: number): StoredMessage | undefined {
    return this.#messages.get(sequenceNumber);
  }

  all(): Iterable<StoredMessage> {
    return this.#messages.values();
  }

  save(message: StoredMessage): void {
    this.#context.journal.update(this.entity, toRecord(message));
    this.#context.turn.commitSoon();
  }

  remove(message: StoredMessage): void {
    message.gone = true;
    this.#messages.delete(message.sequenceNumber);
    this.#context.journal.remove(this.entity, message.sequenceNumber);
    this.#context.turn.commitSoon();
  }

  /** In order of sequence number, from the given one on. */
  peek(from: number, max: number, sessionId?: string): readonly StoredMessage[] {
    return [...this.#messages.values()]
      .filter((m) => m.sequenceNumber >= from && (sessionId === undefined || m.sessionId === sessionId))
      .sort((a, b) => a.sequenceNumber - b.sequenceNumber)
      .slice(0, max);
  }

  #put(message: StoredMessage): StoredMessage {
    this.#messages.set(message.sequenceNumber, message);
    this.#context.journal.insert(this.entity, toRecord(message));
    this.#context.turn.commitSoon();
    return message;
  }
}

function toRecord(message: StoredMessage): MessageRecord {
  const { lock, gone: _gone, ...record } = message;
  return { ...record, locked: lock !== undefined };
}
