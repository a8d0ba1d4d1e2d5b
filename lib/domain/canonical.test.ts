import { expect, test } from '@jest/globals';
import { canonical, sameValue } from './canonical.ts';

test('keys are sorted at every depth, lists keep their order, undefined is left out', () => {
  const value = { b: [{ d: 1, c: null }, 'x'], a: undefined, A: true };
  expect(canonical(value)).toBe('{"A":true,"b":[{"c":null,"d":1},"x"]}');
});

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [[1, 2], [2, 1], false],
  [[1], { 0: 1 }, false],
  [{ a: null }, {}, false],
  ['1', 1, false],
])('%j and %j are the same: %s', (one, other, same) => {
  expect(sameValue(one, other)).toBe(same);
});
