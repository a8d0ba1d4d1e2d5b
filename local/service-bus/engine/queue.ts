/**
 * A queue, or a subscription of a topic: takes messages in, holds the scheduled and the deferred, lets the expired go.
 * Handing out and settling is delivery.ts.
 */
import type { QueueSettings } from '../entities.ts';
import { deadLetterPath, deadLetterSettings } from '../entities.ts';
import type { EngineContext } from './context.ts';
import { Delivery } from './delivery.ts';
import { DuplicateDetection } from './duplicates.ts';
import { BrokerError, messageNotFound } from './errors.ts';
import type { Lock } from './locks.ts';
import type { IncomingMessage, StoredMessage } from './message.ts';
import { Schedule } from './schedule.ts';
import { MessageShelf } from './shelf.ts';

export interface EntityCounts {
  /** Deliverable now or locked, as the cloud counts. */
  readonly active: number;
  readonly scheduled: number;
  readonly deferred: number;
  readonly locked: number;
  readonly deadLetter: number;
}

export class Queue {
  readonly path: string;
  readonly settings: QueueSettings;
  /** Absent on a dead-letter queue itself. */
  readonly deadLetters?: Queue;
  readonly delivery: Delivery;
  readonly #context: EngineContext;
  readonly #shelf: MessageShelf;
  readonly #schedule: Schedule;
  readonly #duplicates: DuplicateDetection;

  constructor(path: string, settings: QueueSettings, context: EngineContext, deadLetters?: Queue) {
    this.path = path;
    this.settings = settings;
    this.#context = context;
    this.#shelf = new MessageShelf(path, context);
    this.#schedule = new Schedule(context, this.#shelf, (message) => this.#activate(message));
    this.#duplicates = new DuplicateDetection(path, settings.duplicateDetectionWindowMs, context);
    if (deadLetters) this.deadLetters = deadLetters;
    this.delivery = new Delivery(this.#shelf, settings, context, deadLetters?.delivery);
    this.#restore();
  }

  /** Builds a queue together with its dead-letter queue. */
  static withDeadLetters(path: string, settings: QueueSettings, context: EngineContext): Queue {
    const deadLetters = new Queue(deadLetterPath(path), deadLetterSettings(settings), context);
    return new Queue(path, settings, context, deadLetters);
  }

  /** All or none. Answers each message's sequence number, 0 for a dropped duplicate. */
  send(messages: readonly IncomingMessage[]): readonly number[] {
    if (this.settings.requiresSession && messages.some((m) => m.sessionId === undefined)) {
      throw new BrokerError(
        'amqp:not-allowed',
        `The entity '${this.path}' requires a session id on every message.`,
      );
    }
    return messages.map((message) => this.#accept(message));
  }

  /** A copy from a topic, which cannot be refused: one that lacks its session id is dead-lettered, as in the cloud. */
  receiveCopy(message: IncomingMessage): void {
    const stored = this.#add(message);
    if (this.settings.requiresSession && stored.sessionId === undefined) {
      this.delivery.deadLetter(stored, { reason: 'Session id is null.' });
    } else this.delivery.makeAvailable(stored);
  }

  cancelScheduled(sequenceNumbers: readonly number[]): void {
    for (const sequenceNumber of sequenceNumbers) this.#schedule.cancel(sequenceNumber);
  }

  peek(from: number, max: number, sessionId?: string): readonly StoredMessage[] {
    return this.#shelf.peek(from, max, sessionId);
  }

  /** Locks deferred messages for `owner`. All or none. */
  lockDeferred(sequenceNumbers: readonly number[], owner: object): readonly Lock[] {
    return this.#deferred(sequenceNumbers).map((message) => this.delivery.lockDeferred(message, owner));
  }

  /** Takes deferred messages off the queue. All or none. */
  takeDeferred(sequenceNumbers: readonly number[]): readonly StoredMessage[] {
    const messages = this.#deferred(sequenceNumbers);
    for (const message of messages) this.#shelf.remove(message);
    return messages;
  }

  counts(): EntityCounts {
    const byState = { active: 0, scheduled: 0, deferred: 0 };
    for (const message of this.#shelf.all()) byState[message.state] += 1;
    return {
      ...byState,
      locked: this.delivery.lockedCount,
      deadLetter: this.deadLetters?.counts().active ?? 0,
    };
  }

  #deferred(sequenceNumbers: readonly number[]): readonly StoredMessage[] {
    return sequenceNumbers.map((sequenceNumber) => {
      const message = this.#shelf.get(sequenceNumber);
      if (message?.state !== 'deferred' || message.lock) throw messageNotFound(sequenceNumber);
      return message;
    });
  }

  #accept(message: IncomingMessage): number {
    if (message.messageId !== undefined && !this.#duplicates.admit(message.messageId)) return 0;
    const stored = this.#add(message);
    if (stored.state === 'scheduled') this.#schedule.hold(stored);
    else this.delivery.makeAvailable(stored);
    return stored.sequenceNumber;
  }

  #add({ messageId, timeToLiveMs, scheduledAt, ...rest }: IncomingMessage): StoredMessage {
    const now = this.#context.clock.now();
    const enqueuedAt = Math.max(now, scheduledAt ?? now);
    const lifeMs = Math.min(timeToLiveMs ?? Number.POSITIVE_INFINITY, this.settings.defaultTtlMs);
    return this.#shelf.add({
      ...rest,
      messageId: messageId ?? this.#context.ids.uuid().replaceAll('-', ''),
      enqueuedAt,
      timeToLiveMs: lifeMs,
      expiresAt: enqueuedAt + lifeMs,
      overrides: {},
      state: enqueuedAt > now ? 'scheduled' : 'active',
      deliveryCount: 0,
    });
  }

  /** The cloud gives a scheduled message a new sequence number when its time comes. */
  #activate(scheduled: StoredMessage): void {
    this.delivery.makeAvailable(this.#shelf.add({ ...scheduled, state: 'active' }));
  }

  #restore(): void {
    const record = this.#context.journal.load(this.path);
    this.#shelf.restore(record);
    this.#duplicates.restore(record.rememberedIds);
    this.delivery.sessions.restore(record.sessionStates);
    for (const message of [...this.#shelf.all()]) {
      if (message.state === 'scheduled') this.#schedule.hold(message);
      else this.delivery.resume(message);
    }
  }
}
