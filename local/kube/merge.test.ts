import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { mergeDiff, mergePatch, sameJson } from './merge.ts';

test('a patch sets, replaces lists whole and removes with null', () => {
  const target = { a: { b: 1, c: 2 }, list: [1, 2], keep: true };
  const patch = { a: { b: null, d: 3 }, list: [3] };
  expect(mergePatch(target, patch)).toEqual({ a: { c: 2, d: 3 }, list: [3], keep: true });
  expect(target.a).toEqual({ b: 1, c: 2 });
});

/** Objects without null, as Kubernetes objects are: in a patch null means removal. */
const value = fc.letrec<{ node: JsonObject[string]; object: JsonObject }>((tie) => ({
  node: fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer()), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node'), { noNullPrototype: true }),
}));

test('the difference between two objects leads from one to the other', () => {
  fc.assert(
    fc.property(value.object, value.object, (from, to) => {
      expect(sameJson(mergePatch(from, mergeDiff(from, to)), to)).toBe(true);
      expect(mergeDiff(from, from)).toEqual({});
    }),
    { seed: 1, numRuns: 300 },
  );
});
