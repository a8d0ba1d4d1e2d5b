/**
 * Seeded chance without a state of its own: each draw is a pure function of the seed and a key. The order in which
 * things happen then changes no draw, a restart repeats none, and one seed is one history.
 */
import { createHash } from 'node:crypto';

/** Inclusive range in seconds: the way the timing tables are written. */
export type SecondsRange = readonly [from: number, to: number];

export interface Chance {
  /** Uniform in [0, 1). */
  fraction(key: string): number;
  /** Milliseconds, uniform within the range of seconds. */
  milliseconds(key: string, range: SecondsRange): number;
  uuid(key: string): string;
  /** Lower-case hexadecimal digits, at most 64. */
  hex(key: string, digits: number): string;
  /** Decimal digits, the first of them not zero. */
  decimal(key: string, digits: number): string;
}

export function seededChance(seed: string): Chance {
  const digest = (key: string) => createHash('sha256').update(`${seed}\0${key}`).digest();
  const fraction = (key: string) => digest(key).readUInt32BE(0) / 2 ** 32;
  return {
    fraction,
    milliseconds: (key, [from, to]) => Math.round((from + fraction(key) * (to - from)) * 1000),
    uuid: (key) => asUuid(digest(key).toString('hex')),
    hex: (key, digits) => digest(key).toString('hex').slice(0, digits),
    decimal(key, digits) {
      const lowest = 10 ** (digits - 1);
      return String(lowest + Math.floor(fraction(key) * 9 * lowest));
    },
  };
}

/** Version 4 by its bits (RFC 9562), so that clients that check the shape are content. */
function asUuid(hex: string): string {
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
