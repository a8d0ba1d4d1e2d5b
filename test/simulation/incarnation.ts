/**
 * A worker process that may die or freeze at any call that leaves it. A dead one's calls never answer, as after
 * SIGKILL: no `catch`, no `finally` of it runs. A frozen one goes on much later, when others have long taken over.
 */
import type { Dice } from './dice.ts';
import type { Scheduler } from './scheduler.ts';

/** Probabilities per call, 0 to 1. */
export interface FaultRates {
  /** Refused before it had any effect. */
  readonly refused: number;
  /** Took effect; the caller is told that it failed. */
  readonly lost: number;
  /** The caller gives up at its timeout; the effect lands later. Cloud writes only. */
  readonly late: number;
  readonly crash: number;
  readonly freeze: number;
  /** Messages sent: dropped, doubled, delayed. */
  readonly dropped: number;
  readonly doubled: number;
}

export const NO_FAULTS: FaultRates = {
  refused: 0,
  lost: 0,
  late: 0,
  crash: 0,
  freeze: 0,
  dropped: 0,
  doubled: 0,
};
export const ROUGH: FaultRates = {
  refused: 0.03,
  lost: 0.03,
  late: 0.05,
  crash: 0.02,
  freeze: 0.01,
  dropped: 0.03,
  doubled: 0.05,
};

/** Longest answer, freeze and late landing, milliseconds. Late landings are what A of the protocol bounds. */
export const LATENCY_MS = 400;
export const FREEZE_MS = 20 * 60_000;
export const REQUEST_TIMEOUT_MS = 15_000;
export const LATE_LANDING_MS = 30_000;

export type Fate = 'ok' | 'refused' | 'lost' | 'late';

export class Incarnation {
  readonly #scheduler: Scheduler;
  readonly #dice: Dice;
  readonly #rates: () => FaultRates;
  readonly #onDeath: () => void;
  #alive = true;

  constructor(scheduler: Scheduler, dice: Dice, rates: () => FaultRates, onDeath: () => void) {
    this.#scheduler = scheduler;
    this.#dice = dice;
    this.#rates = rates;
    this.#onDeath = onDeath;
  }

  get alive(): boolean {
    return this.#alive;
  }

  die(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#onDeath();
  }

  /**
   * One call out of the process: it may freeze before it leaves, take effect or not, and die before or after. `send`
   * runs at the moment at which the bytes would leave: what it throws, the caller gets.
   */
  async call<T>(effect: () => T | Promise<T>, options: CallOptions): Promise<T> {
    const rates = this.#rates();
    if (options.freezes !== false && this.#dice.hits(rates.freeze))
      await this.#pass(this.#dice.between(30_000, FREEZE_MS));
    await this.#pass(0);
    options.send?.();
    const fate = options.fate?.(this.#dice, rates) ?? ordinaryFate(this.#dice, rates);
    if (fate === 'refused') {
      await this.#pass(this.#dice.between(1, LATENCY_MS));
      throw options.failure('refused');
    }
    if (fate === 'late') return this.#landLate(effect, options);
    await this.#landing(this.#dice.between(1, LATENCY_MS));
    const answer = await answerOf(effect);
    await this.#pass(this.#dice.between(0, LATENCY_MS));
    if (fate === 'lost') throw options.failure('lost');
    return answer();
  }

  async #landLate<T>(effect: () => T | Promise<T>, options: CallOptions): Promise<T> {
    const landing = this.#dice.between(0, LATE_LANDING_MS);
    // The request is out: it lands whether or not its sender lives.
    this.#scheduler.at(this.#scheduler.now() + landing, () => void answerOf(effect));
    await this.#pass(REQUEST_TIMEOUT_MS);
    throw options.failure('late');
  }

  /** Time in which the process may die: then nothing after it ever runs. */
  async #pass(ms: number): Promise<void> {
    if (this.#alive && this.#dice.hits(this.#rates().crash)) this.die();
    if (!this.#alive) return neverAgain();
    await this.#scheduler.after(ms);
    if (!this.#alive) return neverAgain();
  }

  /** The request travels on even when its sender dies meanwhile. */
  async #landing(ms: number): Promise<void> {
    if (!this.#alive) return neverAgain();
    await this.#scheduler.after(ms);
  }
}

export interface CallOptions {
  /** False: the process does not freeze between the caller's last check and the sending. */
  readonly freezes?: false;
  readonly send?: () => void;
  readonly fate?: (dice: Dice, rates: FaultRates) => Fate;
  readonly failure: (how: Exclude<Fate, 'ok'>) => Error;
}

function ordinaryFate(dice: Dice, rates: FaultRates): Fate {
  if (dice.hits(rates.refused)) return 'refused';
  return dice.hits(rates.lost) ? 'lost' : 'ok';
}

/** Cloud writes may also land after their sender has given up. */
export function cloudWriteFate(dice: Dice, rates: FaultRates): Fate {
  return dice.hits(rates.late) ? 'late' : ordinaryFate(dice, rates);
}

/** A refusal travels back like any other answer: whoever has died meanwhile never hears it. */
async function answerOf<T>(effect: () => T | Promise<T>): Promise<() => T> {
  try {
    const value = await effect();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function neverAgain(): Promise<never> {
  return new Promise(() => undefined);
}
