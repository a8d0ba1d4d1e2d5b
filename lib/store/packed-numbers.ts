/**
 * Whole numbers as a short text, for documents that hold thousands of small ones and are written every minute: seven
 * bits to a byte (LEB128), the sign in the lowest bit, as base64. About as short as DEFLATE of JSON, at a tenth of its time.
 */

const CONTINUES = 0x80;
const LOW_BITS = 0x7f;
const BITS = 7;
const MAX_INT32 = 2 ** 31 - 1;
/** Of a double's 53 bits and the sign, seven in each. */
const MAX_BYTES = 8;

/** Throws RangeError for what is no safe integer. */
export function packNumbers(numbers: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(numbers.length * MAX_BYTES);
  let end = 0;
  for (const number of numbers) {
    if (!Number.isSafeInteger(number)) throw new RangeError(`${number} is no whole number`);
    let rest = number < 0 ? -2 * number - 1 : 2 * number;
    while (rest > MAX_INT32) {
      bytes[end] = CONTINUES | (rest % CONTINUES);
      end += 1;
      rest = Math.floor(rest / CONTINUES);
    }
    // Nearly all end here: whole numbers are several times as fast as floating ones.
    let small = rest | 0;
    while (small >= CONTINUES) {
      bytes[end] = CONTINUES | (small & LOW_BITS);
      end += 1;
      small >>= BITS;
    }
    bytes[end] = small;
    end += 1;
  }
  return bytes.toString('base64', 0, end);
}

/** Takes one number after the other out of what `packNumbers` gave. */
export class PackedNumbers {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(packed: string) {
    this.#bytes = Buffer.from(packed, 'base64');
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** 0 at the end. */
  next(): number {
    let value = 0;
    let weight = 1;
    let byte = CONTINUES;
    while (byte >= CONTINUES) {
      byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & LOW_BITS) * weight;
      weight *= CONTINUES;
    }
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }
}
