/**
 * The queue in memory, under a clock that the test owns: what Service Bus does with messages, without the bus. Owns
 * due times, sessions, locks, delivery counts, expiry and dead letters; `fate` lets a test lose, double, delay or refuse
 * a message and `choose` decides which of several deliverable messages comes next. It never waits: `take(now)` answers
 * what a receiver would get at that time, `nextEventAt` when asking again is worth it.
 */
import type { Ids } from '../../lib/domain/ports.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import {
  type MessageSender,
  type OutgoingMessage,
  QueueUnavailableError,
  type ReconcileMessage,
  type SendOptions,
  type WebhookMessage,
  type WebhookSendOptions,
} from '../../lib/queue/port.ts';

export interface QueuedMessage {
  readonly messageId: string;
  /** Order of acceptance by the broker. */
  readonly sequence: number;
  readonly body: ReconcileMessage;
  readonly dueAt: EpochMs;
  /** Infinity when the message never expires. */
  readonly expiresAt: EpochMs;
  /** 0 on the first delivery, as the JavaScript client counts. */
  readonly deliveryCount: number;
}

/** What becomes of one send call. `lost-answer`: the broker has it, the sender is told that it failed. */
export type SendFate =
  | { readonly kind: 'deliver'; readonly copies?: number; readonly delayMs?: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'lost-answer' };

export interface QueuedWebhook {
  readonly message: WebhookMessage;
  readonly messageId: string;
  readonly dueAt: EpochMs;
}

/** A message under lock. Settling answers false once the lock is lost: someone else has the message then. */
export interface Delivery {
  readonly message: ReconcileMessage;
  readonly messageId: string;
  readonly deliveryCount: number;
  readonly lockedUntil: EpochMs;
  complete(): boolean;
  abandon(): boolean;
  /** The broker takes the lock away, as after a broken link or a pause of the worker. */
  loseLock(): void;
}

export interface MemoryQueueOptions {
  readonly now: () => EpochMs;
  readonly ids: Ids;
  /** One delivery at a time per cluster; true when absent. */
  readonly sessions?: boolean;
  /** The runtime renews locks this long; 5 minutes when absent. */
  readonly lockDurationMs?: number;
  readonly maxDeliveryCount?: number;
  readonly fate?: (message: ReconcileMessage) => SendFate;
  /** Index of the next one of `count` deliverable messages, in due order; 0 when absent. */
  readonly choose?: (count: number) => number;
}

interface Entry extends QueuedMessage {
  readonly lockedUntil?: EpochMs;
}

const LOCK_DURATION_MS = 300_000;
const MAX_DELIVERY_COUNT = 10;
const DELIVER: SendFate = { kind: 'deliver' };

export class MemoryQueue implements MessageSender {
  readonly #options: MemoryQueueOptions;
  readonly #entries = new Map<number, Entry>();
  readonly #deadLetters: QueuedMessage[] = [];
  readonly #sent: { readonly message: ReconcileMessage; readonly options: SendOptions }[] = [];
  readonly #published: OutgoingMessage[] = [];
  /** By message id, in the order in which they were accepted. */
  readonly #webhooks = new Map<string, QueuedWebhook>();
  readonly #replies: { readonly queue: string; readonly message: OutgoingMessage }[] = [];
  #sequence = 0;
  #available = true;
  /** Earliest of all due times and lock ends, worked out again after a change: simulations ask after every event. */
  #earliest: EpochMs | undefined;

  constructor(options: MemoryQueueOptions) {
    this.#options = options;
  }

  async sendReconcile(message: ReconcileMessage, options: SendOptions = {}): Promise<void> {
    this.#requireAvailable();
    const fate = this.#options.fate?.(message) ?? DELIVER;
    if (fate.kind === 'refuse') throw new QueueUnavailableError('The queue refused the message');
    this.#sent.push({ message, options });
    if (fate.kind === 'drop') return;
    this.#accept(message, options, fate);
    if (fate.kind === 'lost-answer') throw new QueueUnavailableError('The answer of the queue was lost');
  }

  async publishLifecycle(message: OutgoingMessage): Promise<void> {
    this.#requireAvailable();
    this.#published.push(message);
  }

  /** Folds what has an id that was seen before, however long ago. */
  async sendWebhook(message: WebhookMessage, { messageId, notBefore }: WebhookSendOptions): Promise<void> {
    this.#requireAvailable();
    if (this.#webhooks.has(messageId)) return;
    const dueAt = Math.max(this.#options.now(), notBefore ?? 0);
    this.#webhooks.set(messageId, { message, messageId, dueAt });
  }

  async reply(queue: string, message: OutgoingMessage): Promise<void> {
    this.#requireAvailable();
    this.#replies.push({ queue, message });
  }

  async ping(): Promise<boolean> {
    return this.#available;
  }

  /** Off: every send fails and nothing is accepted; what is queued stays. */
  setAvailable(available: boolean): void {
    this.#available = available;
  }

  /** The next deliverable message at `now`, put under lock; undefined when a receiver would wait. */
  take(now: EpochMs): Delivery | undefined {
    if (this.#nextAt() > now) return undefined;
    this.#expire(now);
    const ready = this.#deliverable(now);
    const entry = ready[this.#options.choose?.(ready.length) ?? 0];
    return entry && this.#lock(entry, now);
  }

  /** When something next becomes deliverable or a lock runs out; undefined when nothing will happen by itself. */
  nextEventAt(): EpochMs | undefined {
    const earliest = this.#nextAt();
    return earliest === Number.POSITIVE_INFINITY ? undefined : earliest;
  }

  /** Everything that waits or is locked, in due order. */
  get pending(): readonly QueuedMessage[] {
    return [...this.#entries.values()].sort(byDueTime).map(({ lockedUntil, ...message }) => message);
  }

  get deadLetters(): readonly QueuedMessage[] {
    return this.#deadLetters;
  }

  /** Every reconcile message that the sender got rid of, dropped ones included. */
  get sent(): readonly { readonly message: ReconcileMessage; readonly options: SendOptions }[] {
    return this.#sent;
  }

  get published(): readonly OutgoingMessage[] {
    return this.#published;
  }

  /** Every attempt that was asked for, those that were made included. */
  get webhooks(): readonly QueuedWebhook[] {
    return [...this.#webhooks.values()];
  }

  get replies(): readonly { readonly queue: string; readonly message: OutgoingMessage }[] {
    return this.#replies;
  }

  #nextAt(): EpochMs {
    if (this.#earliest !== undefined) return this.#earliest;
    let earliest = Number.POSITIVE_INFINITY;
    for (const { lockedUntil, dueAt } of this.#entries.values())
      earliest = Math.min(earliest, lockedUntil ?? dueAt);
    this.#earliest = earliest;
    return earliest;
  }

  #put(entry: Entry): void {
    this.#entries.set(entry.sequence, entry);
    this.#earliest = undefined;
  }

  #remove(sequence: number): void {
    this.#entries.delete(sequence);
    this.#earliest = undefined;
  }

  #requireAvailable(): void {
    if (!this.#available) throw new QueueUnavailableError('The queue does not answer');
  }

  #accept(body: ReconcileMessage, options: SendOptions, fate: SendFate): void {
    const { copies = 1, delayMs = 0 } = fate.kind === 'deliver' ? fate : {};
    const messageId = this.#options.ids.uuid();
    // Time to live counts from the enqueue time, which for a scheduled message is its due time.
    const enqueuedAt = Math.max(this.#options.now(), options.notBefore ?? 0);
    const expiresAt = enqueuedAt + (options.timeToLiveMs ?? Number.POSITIVE_INFINITY);
    for (let copy = 0; copy < copies; copy += 1) {
      const sequence = ++this.#sequence;
      const dueAt = enqueuedAt + delayMs;
      this.#put({ messageId, sequence, body, dueAt, expiresAt, deliveryCount: 0 });
    }
  }

  #expire(now: EpochMs): void {
    for (const entry of [...this.#entries.values()]) {
      const { lockedUntil } = entry;
      if (lockedUntil !== undefined && lockedUntil <= now) this.#giveBack(entry);
    }
    for (const entry of [...this.#entries.values()]) {
      if (entry.lockedUntil === undefined && entry.expiresAt <= now) this.#remove(entry.sequence);
    }
  }

  /** With sessions only the oldest due message of each cluster, and none of a cluster that is being worked on. */
  #deliverable(now: EpochMs): readonly Entry[] {
    const entries = [...this.#entries.values()];
    const free = entries
      .filter((entry) => entry.lockedUntil === undefined && entry.dueAt <= now)
      .sort(byDueTime);
    if (this.#options.sessions === false) return free;
    const taken = new Set(entries.filter((e) => e.lockedUntil !== undefined).map((e) => e.body.clusterId));
    return free.filter(({ body }) => {
      if (taken.has(body.clusterId)) return false;
      taken.add(body.clusterId);
      return true;
    });
  }

  #lock(entry: Entry, now: EpochMs): Delivery {
    const lockedUntil = now + (this.#options.lockDurationMs ?? LOCK_DURATION_MS);
    const locked: Entry = { ...entry, lockedUntil };
    this.#put(locked);
    // The lock belongs to this delivery only: after a redelivery another object stands at the same sequence.
    const settle = (apply: () => void): boolean => {
      const held = this.#entries.get(entry.sequence) === locked && this.#options.now() < lockedUntil;
      if (held) apply();
      return held;
    };
    return {
      message: entry.body,
      messageId: entry.messageId,
      deliveryCount: entry.deliveryCount,
      lockedUntil,
      complete: () => settle(() => this.#remove(entry.sequence)),
      abandon: () => settle(() => this.#giveBack(locked)),
      loseLock: () => void settle(() => this.#giveBack(locked)),
    };
  }

  #giveBack({ lockedUntil, ...entry }: Entry): void {
    const returned = { ...entry, deliveryCount: entry.deliveryCount + 1 };
    if (returned.deliveryCount < (this.#options.maxDeliveryCount ?? MAX_DELIVERY_COUNT)) {
      this.#put(returned);
      return;
    }
    this.#remove(entry.sequence);
    this.#deadLetters.push(returned);
  }
}

function byDueTime(a: QueuedMessage, b: QueuedMessage): number {
  return a.dueAt - b.dueAt || a.sequence - b.sequence;
}
