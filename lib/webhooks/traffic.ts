/**
 * Who is being called by this instance: a receiver that hangs may hold only few of the places that all of them share, or
 * one bad webhook would hold up every other.
 */

/** Our choice, of the 16 messages that an instance works on (`maxConcurrentCalls` of host.json). */
const MAX_PER_HOOK = 2;

export class Traffic {
  readonly #underWay = new Map<string, number>();

  /** False: the hook has all its places taken. Who got one has to leave. */
  enter(hook: string): boolean {
    const taken = this.#underWay.get(hook) ?? 0;
    if (taken >= MAX_PER_HOOK) return false;
    this.#underWay.set(hook, taken + 1);
    return true;
  }

  leave(hook: string): void {
    const left = (this.#underWay.get(hook) ?? 0) - 1;
    if (left > 0) this.#underWay.set(hook, left);
    else this.#underWay.delete(hook);
  }
}
