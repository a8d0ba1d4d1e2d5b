/**
 * From available to settled: hands messages to receivers under a lock, and decides what a settlement, a lapsed lock or a
 * lost receiver means for the message. Counts a delivery when it failed, never when it was made.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { QueueSettings } from '../entities.ts';
import { type Consumer, Consumers } from './consumers.ts';
import type { EngineContext } from './context.ts';
import { type Lock, LockTable } from './locks.ts';
import type { Properties, Settlement, StoredMessage } from './message.ts';
import { ReadyMessages } from './ready.ts';
import { type Session, type SessionHolder, SessionTable } from './sessions.ts';
import type { MessageShelf } from './shelf.ts';

interface DeadLetterCause {
  readonly reason?: string;
  readonly description?: string;
  readonly properties?: Properties;
}

const EXPIRED: DeadLetterCause = {
  reason: 'TTLExpiredException',
  description: 'The message expired and was dead lettered.',
};

export class Delivery {
  readonly sessions: SessionTable;
  readonly #shelf: MessageShelf;
  readonly #settings: QueueSettings;
  readonly #context: EngineContext;
  readonly #deadLetters: Delivery | undefined;
  readonly #ready = new ReadyMessages();
  readonly #consumers = new Consumers(this.#ready);
  readonly #locks: LockTable;

  constructor(shelf: MessageShelf, settings: QueueSettings, context: EngineContext, deadLetters?: Delivery) {
    this.#shelf = shelf;
    this.#settings = settings;
    this.#context = context;
    this.#deadLetters = deadLetters;
    this.#locks = new LockTable(context, settings.lockDurationMs, (lock) => this.#failLock(lock));
    this.sessions = new SessionTable(shelf.entity, settings.lockDurationMs, context, {
      expired: (session) => this.#endSession(session, 'failed'),
    });
  }

  get lockedCount(): number {
    return this.#locks.size;
  }

  /** A message that was here when the last process ended. */
  resume(message: StoredMessage): void {
    if (message.deliveryCount >= this.#settings.maxDeliveryCount) this.#deadLetterAsPoison(message);
    else if (message.state === 'active') this.makeAvailable(message);
  }

  makeAvailable(message: StoredMessage): void {
    if (message.expiresAt <= this.#context.clock.now()) {
      this.#expire(message);
      return;
    }
    if (Number.isFinite(message.expiresAt)) this.#watchExpiry(message);
    this.#queueUp(message);
  }

  attach(consumer: Consumer): void {
    this.#consumers.add(consumer);
    this.#context.turn.dispatchSoon(this);
  }

  detach(consumer: Consumer): void {
    this.#consumers.delete(consumer);
  }

  /** More credit: look again what can be handed out. */
  creditAdded(): void {
    this.#context.turn.dispatchSoon(this);
  }

  dispatch(): void {
    this.#consumers.dispatch((message, consumer) => {
      if (consumer.mode === 'peekLock') {
        consumer.deliver(message, this.#lock(message, consumer.owner, consumer.session));
      } else {
        this.#shelf.remove(message);
        consumer.deliver(message);
      }
    });
  }

  /** Locks a message outside the dispatch: a deferred one, asked for by number. Throws session-lock-lost. */
  lockDeferred(message: StoredMessage, owner: object): Lock {
    const session = this.#settings.requiresSession ? this.sessions.held(message.sessionId ?? '') : undefined;
    return this.#lock(message, owner, session);
  }

  findLock(token: string): Lock {
    return this.#locks.find(token);
  }

  renewLock(token: string): EpochMs {
    return this.#locks.renew(token);
  }

  /** Throws message-lock-lost or session-lock-lost. */
  settle(lock: Lock, settlement: Settlement): void {
    this.#locks.assertHeld(lock);
    this.#locks.release(lock);
    const { message } = lock;
    switch (settlement.kind) {
      case 'complete':
        this.#shelf.remove(message);
        break;
      case 'abandon':
        override(message, settlement.properties);
        this.#countFailure(message);
        break;
      case 'defer':
        override(message, settlement.properties);
        message.state = 'deferred';
        this.#shelf.save(message);
        break;
      case 'deadLetter':
        this.deadLetter(message, settlement);
    }
  }

  /** There is nowhere further to go from a dead-letter queue: the message stays there. */
  deadLetter(message: StoredMessage, { reason, description, properties }: DeadLetterCause): void {
    if (!this.#deadLetters) {
      this.#countFailure(message);
      return;
    }
    override(message, {
      ...properties,
      ...(reason !== undefined && { DeadLetterReason: reason }),
      ...(description !== undefined && { DeadLetterErrorDescription: description }),
    });
    this.#shelf.remove(message);
    this.#deadLetters.#adopt(message);
  }

  /** `closed`: the holder said goodbye, and what it left unsettled is no failure. `failed`: it vanished or was too slow. */
  releaseSession(session: Session, holder: SessionHolder, how: 'closed' | 'failed'): void {
    if (session.holder === holder) this.#endSession(session, how);
  }

  /** The owner's connection is gone: nobody can settle what it held, so others may have it now. */
  releaseOwner(owner: object): void {
    for (const lock of this.#locks.ownedBy(owner)) this.#failLock(lock);
  }

  #lock(message: StoredMessage, owner: object, session: Session | undefined): Lock {
    const lock = this.#locks.take({ message, owner, ...(session && { session }) });
    this.#shelf.save(message);
    return lock;
  }

  #adopt(message: StoredMessage): void {
    const { overrides } = message;
    this.makeAvailable(this.#shelf.adopt(message, { overrides, expiresAt: Number.POSITIVE_INFINITY }));
  }

  #queueUp(message: StoredMessage): void {
    if (this.#settings.requiresSession && message.sessionId !== undefined) {
      const session = this.sessions.open(message.sessionId);
      session.ready.add(message);
      this.sessions.offer(session);
    } else this.#ready.add(message);
    this.#context.turn.dispatchSoon(this);
  }

  #endSession(session: Session, how: 'closed' | 'failed'): void {
    for (const lock of [...session.locks]) {
      if (how === 'failed') this.#failLock(lock);
      else this.#returnUncounted(lock);
    }
    this.sessions.release(session);
  }

  #failLock(lock: Lock): void {
    this.#locks.release(lock);
    this.#countFailure(lock.message);
  }

  #returnUncounted(lock: Lock): void {
    this.#locks.release(lock);
    this.#shelf.save(lock.message);
    this.#makeAvailableAgain(lock.message);
  }

  #countFailure(message: StoredMessage): void {
    message.deliveryCount += 1;
    if (message.deliveryCount >= this.#settings.maxDeliveryCount) this.#deadLetterAsPoison(message);
    else {
      this.#shelf.save(message);
      this.#makeAvailableAgain(message);
    }
  }

  /** A deferred message stays deferred: it is fetched by its number only. */
  #makeAvailableAgain(message: StoredMessage): void {
    if (message.state === 'active') this.makeAvailable(message);
  }

  #deadLetterAsPoison(message: StoredMessage): void {
    this.deadLetter(message, {
      reason: 'MaxDeliveryCountExceeded',
      description: `Message could not be consumed after ${this.#settings.maxDeliveryCount} delivery attempts.`,
    });
  }

  /** A lock outlives the message's time; a deferred message has no end, as in the cloud. */
  #watchExpiry(message: StoredMessage): void {
    this.#context.timers.at(message.expiresAt, () => {
      if (!message.gone && !message.lock && message.state === 'active') this.#expire(message);
    });
  }

  #expire(message: StoredMessage): void {
    if (this.#settings.deadLetterOnExpiration) this.deadLetter(message, EXPIRED);
    else this.#shelf.remove(message);
  }
}

function override(message: StoredMessage, properties: Properties): void {
  message.overrides = { ...message.overrides, ...properties };
}
