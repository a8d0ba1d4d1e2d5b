import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers } from './drift.ts';

describe('an object is as its pack has it', () => {
  test.each([
    ['when it is the same', { a: [1, { b: 'x' }] }, { a: [1, { b: 'x' }] }],
    [
      'with defaults of the API server',
      { a: 1, status: {}, m: { uid: 'u', name: 'n' } },
      { m: { name: 'n' } },
    ],
    ['with defaults inside of lists', { p: [{ port: 1, protocol: 'TCP' }] }, { p: [{ port: 1 }] }],
  ])('%s', (_name, live, wanted) => expect(covers(live, wanted)).toBe(true));

  test.each([
    ['when it is not there', undefined, { a: 1 }],
    ['when a field is missing', {}, { a: 1 }],
    ['when a field is another', { a: '1' }, { a: 1 }],
    ['when a list grew', { a: [1, 2] }, { a: [1] }],
    ['when a list shrank', { a: [1] }, { a: [1, 2] }],
    ['when an item is another', { a: [{ image: 'x:2' }] }, { a: [{ image: 'x:1' }] }],
    ['when a list became an object', { a: {} }, { a: [] }],
    ['when an object became a list', { a: [] }, { a: {} }],
    ['when it is nothing', { a: null }, { a: {} }],
  ])('not %s', (_name, live, wanted) => expect(covers(live, wanted)).toBe(false));

  test('whatever is added to it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue()), (wanted, more) => {
        expect(covers({ ...more, wanted }, { wanted })).toBe(true);
      }),
    );
  });
});
