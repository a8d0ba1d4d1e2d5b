/**
 * Who has which message, and until when. A lock belongs to an owner (a client's connection) and, on a queue with
 * sessions, to the session whose end is then its own end. Says when one ran out; what that means is the queue's business.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { EngineContext } from './context.ts';
import { messageLockLost, sessionLockLost } from './errors.ts';
import type { StoredMessage } from './message.ts';
import type { Session } from './sessions.ts';

export interface Lock {
  /** A UUID; on the wire the delivery tag. */
  readonly token: string;
  readonly message: StoredMessage;
  readonly owner: object;
  readonly session?: Session;
  until: EpochMs;
}

export interface LockRequest {
  readonly message: StoredMessage;
  readonly owner: object;
  readonly session?: Session;
}

export class LockTable {
  readonly #context: EngineContext;
  readonly #durationMs: number;
  readonly #onExpired: (lock: Lock) => void;
  readonly #locks = new Map<string, Lock>();

  constructor(context: EngineContext, durationMs: number, onExpired: (lock: Lock) => void) {
    this.#context = context;
    this.#durationMs = durationMs;
    this.#onExpired = onExpired;
  }

  get size(): number {
    return this.#locks.size;
  }

  take(request: LockRequest): Lock {
    const until = request.session?.until ?? this.#context.clock.now() + this.#durationMs;
    const lock: Lock = { ...request, token: this.#context.ids.uuid(), until };
    request.message.lock = lock;
    this.#locks.set(lock.token, lock);
    if (lock.session) lock.session.locks.add(lock);
    else this.#watch(lock);
    return lock;
  }

  /** Throws message-lock-lost. */
  find(token: string): Lock {
    const lock = this.#locks.get(token);
    if (!lock || lock.until <= this.#context.clock.now()) throw messageLockLost();
    return lock;
  }

  /** Throws when the lock is no longer what stands between the message and others. */
  assertHeld(lock: Lock): void {
    if (lock.message.lock === lock && lock.until > this.#context.clock.now()) return;
    throw lock.session ? sessionLockLost(lock.session.id) : messageLockLost();
  }

  renew(token: string): EpochMs {
    const lock = this.find(token);
    lock.until = this.#context.clock.now() + this.#durationMs;
    return lock.until;
  }

  release(lock: Lock): void {
    this.#locks.delete(lock.token);
    delete lock.message.lock;
    lock.session?.locks.delete(lock);
  }

  ownedBy(owner: object): readonly Lock[] {
    return [...this.#locks.values()].filter((lock) => lock.owner === owner);
  }

  #watch(lock: Lock): void {
    this.#context.timers.at(lock.until, () => {
      if (lock.message.lock !== lock) return;
      if (lock.until > this.#context.clock.now()) this.#watch(lock);
      else this.#onExpired(lock);
    });
  }
}
