/**
 * One event-loop turn of the broker: everything its input caused is dispatched, committed together, and only then
 * answered. This is what makes "accepted" mean "on disk" at the price of one commit per turn, not per message.
 * Deliveries made here leave the process after the commit too: rhea writes its frames on the next tick.
 *
 * A commit that throws is fatal on purpose. Memory is then ahead of the disk, nothing was acknowledged, and a crash is
 * the one recovery that is tested.
 */
import type { Journal } from './journal.ts';
import type { Timers } from './timers.ts';

export interface Dispatching {
  /** Hands available messages to whoever asked for some. */
  dispatch(): void;
}

export class Turn {
  readonly #timers: Timers;
  readonly #journal: Journal;
  #dispatching = new Set<Dispatching>();
  #answers: (() => void)[] = [];
  #isPlanned = false;

  constructor(timers: Timers, journal: Journal) {
    this.#timers = timers;
    this.#journal = journal;
  }

  dispatchSoon(source: Dispatching): void {
    this.#dispatching.add(source);
    this.#plan();
  }

  /** Runs when every change made so far is durable; in the order asked for. */
  whenCommitted(answer: () => void): void {
    this.#answers.push(answer);
    this.#plan();
  }

  /** Must be called after a change that neither dispatches nor answers, such as a timer's. */
  commitSoon(): void {
    this.#plan();
  }

  finish(): void {
    this.#isPlanned = false;
    const dispatching = this.#dispatching;
    this.#dispatching = new Set();
    for (const source of dispatching) source.dispatch();
    this.#journal.commit();
    const answers = this.#answers;
    this.#answers = [];
    for (const answer of answers) answer();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#timers.soon(() => this.finish());
  }
}
