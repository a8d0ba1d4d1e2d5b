/**
 * A topic: keeps nothing but its scheduled messages and gives every subscription its own copy of each message. The bytes
 * are shared, they never change.
 */
import type { TopicDefinition } from '../entities.ts';
import { queueSettings, subscriptionPath } from '../entities.ts';
import type { EngineContext } from './context.ts';
import { DuplicateDetection } from './duplicates.ts';
import type { IncomingMessage, StoredMessage } from './message.ts';
import { type EntityCounts, Queue } from './queue.ts';
import { Schedule } from './schedule.ts';
import { MessageShelf } from './shelf.ts';

export class Topic {
  readonly path: string;
  readonly subscriptions: readonly Queue[];
  readonly #context: EngineContext;
  readonly #shelf: MessageShelf;
  readonly #schedule: Schedule;
  readonly #duplicates: DuplicateDetection;

  constructor(definition: TopicDefinition, context: EngineContext) {
    this.path = definition.name;
    this.#context = context;
    this.subscriptions = definition.subscriptions.map((subscription) =>
      Queue.withDeadLetters(
        subscriptionPath(this.path, subscription.name),
        queueSettings(subscription),
        context,
      ),
    );
    this.#shelf = new MessageShelf(this.path, context);
    this.#schedule = new Schedule(context, this.#shelf, (message) => this.#fanOut(toIncoming(message)));
    this.#duplicates = new DuplicateDetection(this.path, definition.duplicateDetectionWindowMs ?? 0, context);
    this.#restore();
  }

  /** All or none. Answers each scheduled message's sequence number; 0 for the others, which the topic does not keep. */
  send(messages: readonly IncomingMessage[]): readonly number[] {
    return messages.map((message) => this.#accept(message));
  }

  cancelScheduled(sequenceNumbers: readonly number[]): void {
    for (const sequenceNumber of sequenceNumbers) this.#schedule.cancel(sequenceNumber);
  }

  counts(): EntityCounts {
    return { active: 0, scheduled: [...this.#shelf.all()].length, deferred: 0, locked: 0, deadLetter: 0 };
  }

  #accept(message: IncomingMessage): number {
    if (message.messageId !== undefined && !this.#duplicates.admit(message.messageId)) return 0;
    const identified = {
      ...message,
      messageId: message.messageId ?? this.#context.ids.uuid().replaceAll('-', ''),
    };
    const { scheduledAt } = message;
    if (scheduledAt !== undefined && scheduledAt > this.#context.clock.now()) {
      return this.#hold({ ...identified, scheduledAt });
    }
    this.#fanOut(identified);
    return 0;
  }

  #hold({ scheduledAt, ...message }: IncomingMessage & { messageId: string; scheduledAt: number }): number {
    const timeToLiveMs = message.timeToLiveMs ?? Number.POSITIVE_INFINITY;
    const stored = this.#shelf.add({
      ...message,
      enqueuedAt: scheduledAt,
      timeToLiveMs,
      expiresAt: scheduledAt + timeToLiveMs,
      overrides: {},
      state: 'scheduled',
      deliveryCount: 0,
    });
    this.#schedule.hold(stored);
    return stored.sequenceNumber;
  }

  #fanOut({ scheduledAt: _due, ...message }: IncomingMessage): void {
    for (const subscription of this.subscriptions) subscription.receiveCopy(message);
  }

  #restore(): void {
    const record = this.#context.journal.load(this.path);
    this.#shelf.restore(record);
    this.#duplicates.restore(record.rememberedIds);
    for (const message of [...this.#shelf.all()]) this.#schedule.hold(message);
  }
}

function toIncoming({ messageId, sessionId, timeToLiveMs, payload }: StoredMessage): IncomingMessage {
  return { messageId, timeToLiveMs, payload, ...(sessionId !== undefined && { sessionId }) };
}
