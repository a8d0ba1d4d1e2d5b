/** Seeded randomness: mulberry32, small, fast and the same on every machine. Never used for anything but simulation. */
import type { Chance } from '../../lib/domain/ports.ts';

export interface Dice extends Chance {
  /** Uniform in [from, to). */
  between(from: number, to: number): number;
  /** True with this probability. */
  hits(probability: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
}

export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    hits: (probability) => next() < probability,
    pick: ([first, ...rest]) => rest[Math.floor(next() * (rest.length + 1)) - 1] ?? first,
  };
}
