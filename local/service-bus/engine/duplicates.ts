/** The message ids an entity has seen lately. A repeat inside the window is accepted and dropped, as in the cloud. */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { EngineContext } from './context.ts';

export class DuplicateDetection {
  readonly #entity: string;
  readonly #windowMs: number;
  readonly #context: EngineContext;
  /** In the order of their ends, because the window is the same for all. */
  readonly #ids = new Map<string, EpochMs>();

  /** `windowMs` 0 turns it off. */
  constructor(entity: string, windowMs: number, context: EngineContext) {
    this.#entity = entity;
    this.#windowMs = windowMs;
    this.#context = context;
  }

  restore(ids: ReadonlyMap<string, EpochMs>): void {
    for (const [id, until] of ids) this.#ids.set(id, until);
  }

  /** Remembers the id and says true; false for a repeat. */
  admit(messageId: string): boolean {
    if (this.#windowMs === 0) return true;
    const now = this.#context.clock.now();
    this.#forget(now);
    if (this.#ids.has(messageId)) return false;
    const until = now + this.#windowMs;
    this.#ids.set(messageId, until);
    this.#context.journal.rememberId(this.#entity, messageId, until);
    return true;
  }

  #forget(now: EpochMs): void {
    const before = this.#ids.size;
    for (const [id, until] of this.#ids) {
      if (until > now) break;
      this.#ids.delete(id);
    }
    if (this.#ids.size < before) this.#context.journal.forgetIds(this.#entity, now);
  }
}
