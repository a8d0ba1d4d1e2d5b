import { expect, test } from '@jest/globals';
import {
  contains,
  formatAddress,
  includesAddress,
  overlaps,
  parseAddress,
  parseCidr,
  usableAddresses,
} from './cidr.ts';

function range(text: string) {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`${text} is no range`);
  return parsed;
}

test.each(['10.0.0.0', '10.0.0/8', '10.0.0.256/8', '10.0.0.0/33', 'x/8', '', '10.0.0.0/'])(
  '%s is no range',
  (text) => {
    expect(parseCidr(text)).toBeUndefined();
  },
);

test('ranges are compared by their addresses', () => {
  expect(range('10.9.1.7/24')).toEqual({ first: 168362240, last: 168362495, bits: 24, text: '10.9.1.7/24' });
  expect(overlaps(range('10.9.0.0/16'), range('10.9.255.0/24'))).toBe(true);
  expect(overlaps(range('10.9.0.0/24'), range('10.9.1.0/24'))).toBe(false);
  expect(contains(range('10.9.0.0/16'), range('10.9.1.0/24'))).toBe(true);
  expect(contains(range('10.9.1.0/24'), range('10.9.0.0/16'))).toBe(false);
  expect(includesAddress(range('10.0.0.0/16'), parseAddress('10.0.255.255') ?? 0)).toBe(true);
  expect(includesAddress(range('10.0.0.0/16'), parseAddress('10.1.0.0') ?? 0)).toBe(false);
  expect(usableAddresses(range('10.9.1.0/24'))).toBe(251);
  expect(usableAddresses(range('10.9.1.0/31'))).toBe(0);
  expect(formatAddress(parseAddress('223.255.1.9') ?? 0)).toBe('223.255.1.9');
});
