/** Messages waiting for a receiver, lowest sequence number first. Drops those that stopped waiting only when it meets them. */
import { Heap } from './heap.ts';
import type { StoredMessage } from './message.ts';

export class ReadyMessages {
  readonly #heap = new Heap<StoredMessage>((a, b) => a.sequenceNumber < b.sequenceNumber);

  add(message: StoredMessage): void {
    this.#heap.add(message);
  }

  first(): StoredMessage | undefined {
    for (let message = this.#heap.first(); message; message = this.#heap.first()) {
      if (isWaiting(message)) return message;
      this.#heap.takeFirst();
    }
    return undefined;
  }

  takeFirst(): StoredMessage | undefined {
    return this.first() && this.#heap.takeFirst();
  }
}

function isWaiting(message: StoredMessage): boolean {
  return !message.gone && message.state === 'active' && message.lock === undefined;
}
