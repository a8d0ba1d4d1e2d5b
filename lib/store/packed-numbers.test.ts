import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PackedNumbers, packNumbers } from './packed-numbers.ts';

test('numbers come back as they were', () => {
  // The largest negative ones are odd above what a double holds, and are nobody's.
  const number = fc.integer({ min: -(2 ** 52), max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(fc.array(fc.oneof(number, fc.integer({ min: -200, max: 200 }))), (numbers) => {
      expect(all(packNumbers(numbers))).toEqual(numbers);
    }),
  );
});

test.each([
  [[], ''],
  [[0, 1, -1, 63], 'AAIBfg=='],
  [[64, -64, 1_000], 'gAF/0A8='],
])('%j is «%s»', (numbers, text) => {
  expect(packNumbers(numbers)).toBe(text);
  expect(all(text)).toEqual(numbers);
});

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%d is refused', (number) => {
  expect(() => packNumbers([number])).toThrow(RangeError);
});

test('after the end there is nothing', () => {
  const numbers = new PackedNumbers(packNumbers([7]));
  expect([numbers.isAtEnd, numbers.next(), numbers.isAtEnd, numbers.next()]).toEqual([false, 7, true, 0]);
});

function all(packed: string): readonly number[] {
  const numbers = new PackedNumbers(packed);
  const found: number[] = [];
  while (!numbers.isAtEnd) found.push(numbers.next());
  return found;
}
