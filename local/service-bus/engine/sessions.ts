/**
 * The sessions of one entity: who holds each, who waits for one, and the state receivers keep in it. A session exists
 * while it has a holder, waiting messages or a state. Message order is one ready list per session.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { EngineContext } from './context.ts';
import { BrokerError, sessionLockLost } from './errors.ts';
import type { Lock } from './locks.ts';
import { ReadyMessages } from './ready.ts';

/** Whoever accepted a session; told once when the lock ran out. */
export interface SessionHolder {
  lost(): void;
}

export interface Session {
  readonly id: string;
  readonly ready: ReadyMessages;
  readonly locks: Set<Lock>;
  until: EpochMs;
  holder?: SessionHolder;
  state?: Uint8Array;
}

/** Gets a free session that has messages, once. */
export type SessionWaiter = (session: Session) => void;

export interface SessionEvents {
  /** The holder let the time pass: its message locks have failed. */
  expired(session: Session): void;
}

export class SessionTable {
  readonly #entity: string;
  readonly #durationMs: number;
  readonly #context: EngineContext;
  readonly #events: SessionEvents;
  readonly #sessions = new Map<string, Session>();
  readonly #waiters = new Set<SessionWaiter>();

  constructor(entity: string, durationMs: number, context: EngineContext, events: SessionEvents) {
    this.#entity = entity;
    this.#durationMs = durationMs;
    this.#context = context;
    this.#events = events;
  }

  restore(states: ReadonlyMap<string, Uint8Array>): void {
    for (const [id, state] of states) this.open(id).state = state;
  }

  /** The session of that id, made when there is none. */
  open(id: string): Session {
    const known = this.#sessions.get(id);
    if (known) return known;
    const session: Session = { id, ready: new ReadyMessages(), locks: new Set(), until: 0 };
    this.#sessions.set(id, session);
    return session;
  }

  ids(): readonly string[] {
    return [...this.#sessions.keys()];
  }

  accept(session: Session, holder: SessionHolder): void {
    if (session.holder) {
      throw new BrokerError(
        'com.microsoft:session-cannot-be-locked',
        `The requested session '${session.id}' cannot be accepted. It may be locked by another receiver.`,
      );
    }
    session.holder = holder;
    session.until = this.#context.clock.now() + this.#durationMs;
    this.#watch(session, holder);
  }

  /** The free session whose first message has waited longest. */
  nextFree(): Session | undefined {
    let best: Session | undefined;
    let lowest = Number.POSITIVE_INFINITY;
    for (const session of this.#sessions.values()) {
      const first = session.holder ? undefined : session.ready.first();
      if (!first || first.sequenceNumber >= lowest) continue;
      best = session;
      lowest = first.sequenceNumber;
    }
    return best;
  }

  /** Calls the waiter with the next session that becomes free with messages in it; the result stops waiting. */
  wait(waiter: SessionWaiter): () => void {
    this.#waiters.add(waiter);
    return () => this.#waiters.delete(waiter);
  }

  /** Gives a free session with messages to the first waiter that still wants one. */
  offer(session: Session): void {
    for (const waiter of this.#waiters) {
      if (session.holder || !session.ready.first()) return;
      this.#waiters.delete(waiter);
      waiter(session);
    }
  }

  /** The session if somebody holds it. Throws session-lock-lost. */
  held(id: string): Session {
    const session = this.#sessions.get(id);
    if (!session?.holder) throw sessionLockLost(id);
    return session;
  }

  renew(id: string): EpochMs {
    const session = this.held(id);
    session.until = this.#context.clock.now() + this.#durationMs;
    for (const lock of session.locks) lock.until = session.until;
    return session.until;
  }

  saveState(id: string, state: Uint8Array | undefined): void {
    const session = this.held(id);
    if (state) session.state = state;
    else delete session.state;
    this.#context.journal.saveSessionState(this.#entity, id, state);
    this.#context.turn.commitSoon();
  }

  /** The caller has dealt with the session's message locks before. */
  release(session: Session): void {
    delete session.holder;
    if (session.ready.first()) this.offer(session);
    else if (!session.state) this.#sessions.delete(session.id);
  }

  #watch(session: Session, holder: SessionHolder): void {
    this.#context.timers.at(session.until, () => {
      if (session.holder !== holder) return;
      if (session.until > this.#context.clock.now()) return this.#watch(session, holder);
      this.#events.expired(session);
      holder.lost();
    });
  }
}
