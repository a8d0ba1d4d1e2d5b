/** The receivers attached to one entity, served in turn so that none starves while it has credit. */
import type { Lock } from './locks.ts';
import type { StoredMessage } from './message.ts';
import type { ReadyMessages } from './ready.ts';
import type { Session } from './sessions.ts';

export interface Consumer {
  readonly mode: 'peekLock' | 'receiveAndDelete';
  /** The client's connection: when it breaks, its locks go with it. */
  readonly owner: object;
  /** The session it accepted; absent on an entity without sessions. */
  readonly session?: Session;
  /** Messages it can take now. */
  credit(): number;
  /** `lock` is absent in mode receiveAndDelete. */
  deliver(message: StoredMessage, lock?: Lock): void;
}

export class Consumers {
  readonly #consumers = new Set<Consumer>();
  readonly #shared: ReadyMessages;
  #next = 0;

  /** `shared` holds the messages of an entity without sessions. */
  constructor(shared: ReadyMessages) {
    this.#shared = shared;
  }

  add(consumer: Consumer): void {
    this.#consumers.add(consumer);
  }

  delete(consumer: Consumer): void {
    this.#consumers.delete(consumer);
  }

  /** Gives out messages one at a time, round robin, until nobody can take any more. */
  dispatch(give: (message: StoredMessage, consumer: Consumer) => void): void {
    const consumers = [...this.#consumers];
    let idle = 0;
    while (idle < consumers.length) {
      const consumer = consumers[this.#next++ % consumers.length];
      const message = consumer && this.#takeFor(consumer);
      if (consumer && message) {
        give(message, consumer);
        idle = 0;
      } else idle += 1;
    }
  }

  #takeFor(consumer: Consumer): StoredMessage | undefined {
    if (consumer.credit() <= 0) return undefined;
    return (consumer.session?.ready ?? this.#shared).takeFirst();
  }
}
