import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countsOf, emptiest, plusOne } from './zones.ts';

const ZONES = ['a', 'b', 'c'];

function filled(
  zones: readonly string[],
  machines: number,
  start: readonly string[] = [],
): Map<string, number> {
  let counts = countsOf(start.map((zone) => ({ zone })));
  for (let count = 0; count < machines; count += 1) {
    const zone = emptiest(zones, counts);
    if (zone !== undefined) counts = plusOne(counts, zone);
  }
  return new Map(counts);
}

test.each<[number, readonly string[], Record<string, number>]>([
  [1, [], { a: 1 }],
  [2, [], { a: 1, b: 1 }],
  [4, [], { a: 2, b: 1, c: 1 }],
  [2, ['a', 'a'], { a: 2, b: 1, c: 1 }],
  [1, ['b', 'c'], { a: 1, b: 1, c: 1 }],
])('[A152] %i more beside %j', (machines, start, expected) => {
  expect(Object.fromEntries(filled(ZONES, machines, start))).toEqual(expected);
});

test('[A152] whatever is added to nothing differs by one at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 6 }), (machines, zones) => {
      const names = 'abcdef'.slice(0, zones).split('');
      const counts = names.map((zone) => filled(names, machines).get(zone) ?? 0);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});

test('cost decides between zones that are equally full, never against the spread', () => {
  const cost = (zone: string) => (zone === 'c' ? 1 : 2);
  expect(emptiest(ZONES, new Map(), cost)).toBe('c');
  expect(emptiest(ZONES, new Map([['c', 1]]), cost)).toBe('a');
});

test('no zone, no choice', () => {
  expect(emptiest([], new Map())).toBeUndefined();
});
