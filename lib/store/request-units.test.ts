import { describe, expect, test } from '@jest/globals';
import { deleteCharge, insertCharge, queryCharge, readCharge, replaceCharge } from './request-units.ts';

const KB = 1024;

describe('request units', () => {
  test.each([
    { operation: 'read', charge: readCharge, small: 1, large: 10 },
    { operation: 'insert', charge: insertCharge, small: 5, large: 50 },
    { operation: 'replace', charge: replaceCharge, small: 10, large: 100 },
    { operation: 'delete', charge: deleteCharge, small: 5, large: 50 },
  ])('$operation costs $small for 1 kB and $large for 100 kB', ({ charge, small, large }) => {
    expect(charge(KB)).toBe(small);
    expect(charge(100 * KB)).toBe(large);
  });

  test('nothing is charged as less than 1 kB', () => {
    expect(readCharge(1)).toBe(1);
    expect(insertCharge(0)).toBe(5);
  });

  test('a query costs its base and half a unit per kB', () => {
    expect(queryCharge(0)).toBe(2.8);
    expect(queryCharge(4 * KB)).toBe(4.8);
  });
});
