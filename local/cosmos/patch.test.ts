import { describe, expect, test } from '@jest/globals';
import { PATCH, patched } from './patch.ts';

const document = { id: 'a', n: 1, list: [1, 2], deep: { 'a/b': 1 } };
const apply = (operation: object) => patched(document, PATCH.parse([operation]).operations);

describe('a patch', () => {
  test.each([
    [{ op: 'add', path: '/list/1', value: 9 }, { list: [1, 9, 2] }],
    [{ op: 'add', path: '/list/-', value: 9 }, { list: [1, 2, 9] }],
    [{ op: 'set', path: '/list/0', value: 9 }, { list: [9, 2] }],
    [{ op: 'set', path: '/list/7', value: 9 }, { list: [1, 2, 9] }],
    [{ op: 'remove', path: '/list/0' }, { list: [2] }],
    [{ op: 'replace', path: '/deep/a~1b', value: 2 }, { deep: { 'a/b': 2 } }],
    [{ op: 'incr', path: '/n', value: -3 }, { n: -2 }],
    [{ op: 'incr', path: '/fresh', value: 3 }, { fresh: 3 }],
    [
      { op: 'move', from: '/n', path: '/deep/n' },
      { n: undefined, deep: { 'a/b': 1, n: 1 } },
    ],
  ])('%j', (operation, change) => {
    expect(apply(operation)).toEqual({ ...document, ...change });
  });

  test.each([
    { op: 'remove', path: '/missing' },
    { op: 'replace', path: '/missing', value: 1 },
    { op: 'set', path: '/missing/below', value: 1 },
    { op: 'set', path: '/list/first', value: 1 },
    { op: 'incr', path: '/id', value: 1 },
    { op: 'move', from: '/missing', path: '/n' },
  ])('%j is 400', (operation) => {
    expect(() => apply(operation)).toThrow(expect.objectContaining({ status: 400 }));
  });

  test('does not touch the document it was given', () => {
    apply({ op: 'add', path: '/list/0', value: 0 });
    expect(document.list).toEqual([1, 2]);
  });
});
