/** Messages whose time has not come. Holds them on the entity's shelf and lets each go once, when it is due. */
import type { EngineContext } from './context.ts';
import { messageNotFound } from './errors.ts';
import type { StoredMessage } from './message.ts';
import type { MessageShelf } from './shelf.ts';

export class Schedule {
  readonly #context: EngineContext;
  readonly #shelf: MessageShelf;
  readonly #release: (message: StoredMessage) => void;

  constructor(context: EngineContext, shelf: MessageShelf, release: (message: StoredMessage) => void) {
    this.#context = context;
    this.#shelf = shelf;
    this.#release = release;
  }

  /** A scheduled message counts as enqueued at the time it is due, so that is also when its life begins. */
  hold(message: StoredMessage): void {
    this.#context.timers.at(message.enqueuedAt, () => {
      if (message.gone) return;
      this.#shelf.remove(message);
      this.#release(message);
    });
  }

  cancel(sequenceNumber: number): void {
    const message = this.#shelf.get(sequenceNumber);
    if (message?.state !== 'scheduled') throw messageNotFound(sequenceNumber);
    this.#shelf.remove(message);
  }
}
