import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Heap } from './heap.ts';

test('takes out in order whatever was put in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const number of numbers) heap.add(number);
      expect(heap.first()).toBe(numbers.length === 0 ? undefined : Math.min(...numbers));
      const taken: (number | undefined)[] = [];
      while (heap.size > 0) taken.push(heap.takeFirst());
      expect(taken).toEqual([...numbers].sort((a, b) => a - b));
    }),
  );
});

test('keeps its order when adding and taking alternate', () => {
  const heap = new Heap<number>((a, b) => a < b);
  for (const number of [5, 3, 8]) heap.add(number);
  expect(heap.takeFirst()).toBe(3);
  heap.add(1);
  heap.add(6);
  expect([heap.takeFirst(), heap.takeFirst(), heap.takeFirst(), heap.takeFirst(), heap.takeFirst()]).toEqual([
    1,
    5,
    6,
    8,
    undefined,
  ]);
});
