/** What two instances of the server log of the beats of a fleet: a document of each a minute, and what is old expires. */
import { shardAddress } from '../../lib/agents/port.ts';
import { packNumbers } from '../../lib/store/packed-numbers.ts';
import { NOON_MS } from '../builders/cluster.ts';
import type { HealthStore } from './health-store.ts';

const MINUTE_MS = 60_000;
const KEPT_MINUTES = 30;
const EPOCH = 1;
/** No agent here is ever started again. */
const PROCESS = 1;
const AT = shardAddress(0);

export class HealthLog {
  readonly #store: HealthStore;
  /** By instance, as lib/agents/beat-log.ts packs them. */
  readonly #numbers: [number[], number[]] = [[], []];
  #logged = 0;
  #fromMs = NOON_MS;

  constructor(store: HealthStore) {
    this.#store = store;
  }

  add(seat: number, atMs: number, seq: number): void {
    const [even, odd] = this.#numbers;
    const instance = this.#logged % 2 === 0 ? even : odd;
    instance.push(seat, atMs - this.#fromMs, EPOCH, PROCESS, seq);
    this.#logged += 1;
  }

  async write(minute: number): Promise<void> {
    const startMs = NOON_MS + minute * MINUTE_MS;
    for (const [instance, numbers] of this.#numbers.entries()) {
      if (numbers.length === 0) continue;
      const id = `beats-${startMs + 57_000}-${instance}`;
      const beats = packNumbers(numbers.splice(0));
      const document = { id, type: 'beats', fromMs: this.#fromMs, beats };
      await this.#store.upsert(AT, document);
    }
    this.#fromMs = startMs + MINUTE_MS;
    const oldest = `beats-${startMs - KEPT_MINUTES * MINUTE_MS}`;
    if (minute % 10 === 0) this.#store.forget(AT, (id) => id.startsWith('beats-') && id < oldest);
  }
}
