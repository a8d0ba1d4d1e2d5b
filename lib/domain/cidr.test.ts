import { expect, test } from '@jest/globals';
import { addressAt, addressCount, canonicalCidr, overlaps, parseCidr } from './cidr.ts';

test.each([
  ['10.0.0.0/24', 256],
  ['10.0.0.0/32', 1],
  ['0.0.0.0/0', 4_294_967_296],
  ['10.0.0.0/33', 0],
  ['10.0.0.255/24', 256],
  ['10.0.0.256/24', 0],
  ['10.0.0/24', 0],
  ['10.0.0.0', 0],
  ['fd00::/64', 0],
])('%s has %d addresses', (cidr, count) => {
  expect(addressCount(cidr)).toBe(count);
});

test.each([
  ['10.0.0.0/16', '10.0.5.0/24', true],
  ['10.0.5.0/24', '10.0.0.0/16', true],
  ['10.0.0.0/24', '10.0.1.0/24', false],
  ['192.168.0.0/17', '192.168.128.0/17', false],
  ['10.0.0.0/8', 'nonsense', false],
  ['nonsense', '10.0.0.0/8', false],
  ['10.0.1.0/24', '10.0.0.0/24', false],
])('%s and %s overlap: %s', (one, other, expected) => {
  expect(overlaps(one, other)).toBe(expected);
});

test('a range begins at its network address', () => {
  expect(parseCidr('10.0.0.77/24')).toEqual({ first: 167_772_160, size: 256 });
  expect(addressAt('172.30.0.0/16', 10)).toBe('172.30.0.10');
});

test.each([
  ['10.0.0.0/8', 300, '10.0.1.44'],
  ['10.255.255.255/32', 1, '11.0.0.0'],
])('position %# of %s', (cidr, position, address) => {
  expect(addressAt(cidr, position)).toBe(address);
});

test.each([
  ['10.0.0.0/16', '10.0.0.0/16'],
  ['10.0.0.7/16', '10.0.0.0/16'],
  ['010.0.0.0/16', '10.0.0.0/16'],
  ['203.0.113.9/32', '203.0.113.9/32'],
  ['10.0.0.0/33', undefined],
  ['10.0.0.0', undefined],
])('%s is written %s', (text, canonical) => {
  expect(canonicalCidr(text)).toBe(canonical);
});
