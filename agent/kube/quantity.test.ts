import { expect, test } from '@jest/globals';
import { bytes, milli, quantity } from './quantity.ts';

test.each([
  ['100m', 0.1],
  ['2', 2],
  ['0.5', 0.5],
  ['123456789n', 0.123456789],
  ['250u', 0.00025],
  ['1k', 1_000],
  ['3M', 3_000_000],
  ['64Ki', 65_536],
  ['1.5Gi', 1_610_612_736],
  ['1Ei', 2 ** 60],
  ['12E', 12e18],
  ['1e3', 1_000],
  ['5E3', 5_000],
  ['-1', -1],
  [7, 7],
  ['', 0],
  ['a lot', 0],
  ['1.2.3', 0],
  ['Mi', 0],
  [undefined, 0],
])('%s is %d', (text, value) => {
  expect(quantity(text)).toBeCloseTo(value, 12);
});

test('cores in thousandths and bytes are whole', () => {
  expect(milli('1234567n')).toBe(1);
  expect(milli('1.5')).toBe(1_500);
  expect(bytes('1500m')).toBe(2);
});
