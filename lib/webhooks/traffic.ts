/**
 * Who is being called by this instance: a receiver that hangs may hold only few of the places that all of them share, or
 * one bad webhook would hold up every other. Whoever was slow the last time has one place until it is quick again.
 */

/** Our choice, of the 16 messages that an instance works on (`maxConcurrentCalls` of host.json). */
const PLACES = 8;
const PLACES_OF_THE_SLOW = 1;
/** Milliseconds from which on an attempt was slow. Our choice. */
const SLOW_MS = 2_000;

export class Traffic {
  readonly #underWay = new Map<string, number>();
  readonly #slow = new Set<string>();

  /** False: the hook has all its places taken. Who got one has to leave. */
  enter(hook: string): boolean {
    const taken = this.#underWay.get(hook) ?? 0;
    if (taken >= (this.#slow.has(hook) ? PLACES_OF_THE_SLOW : PLACES)) return false;
    this.#underWay.set(hook, taken + 1);
    return true;
  }

  leave(hook: string, tookMs: number): void {
    const left = (this.#underWay.get(hook) ?? 0) - 1;
    if (left > 0) this.#underWay.set(hook, left);
    else this.#underWay.delete(hook);
    if (tookMs >= SLOW_MS) this.#slow.add(hook);
    else this.#slow.delete(hook);
  }
}
