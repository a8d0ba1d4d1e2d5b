/** Counts the work under way, so that a stopping host can let it end. */
export class InFlight {
  readonly #running = new Set<Promise<unknown>>();

  run<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    const settled = running.then(
      () => {},
      () => {},
    );
    this.#running.add(settled);
    void settled.then(() => this.#running.delete(settled));
    return running;
  }

  /** Resolves when nothing runs any more, or after `boundMs`; false when something was left running. */
  async drained(boundMs: number): Promise<boolean> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      resolve();
    }, boundMs);
    while (this.#running.size > 0 && !over) await Promise.race([Promise.all(this.#running), late]);
    clearTimeout(timer);
    return this.#running.size === 0;
  }
}
