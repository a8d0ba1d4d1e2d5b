import { expect, test } from '@jest/globals';
import { Traffic } from './traffic.ts';

function entries(traffic: Traffic, hook: string, tries = 10): number {
  return Array.from({ length: tries }, () => traffic.enter(hook)).filter((entered) => entered).length;
}

test('a hook has half of the places, whatever others have', () => {
  const traffic = new Traffic();
  expect(entries(traffic, 'a')).toBe(8);
  expect(entries(traffic, 'b')).toBe(8);
  traffic.leave('a', 100);
  expect(entries(traffic, 'a')).toBe(1);
});

test('one that was slow has one place, until it is quick again', () => {
  const traffic = new Traffic();
  traffic.enter('a');
  traffic.leave('a', 2_000);
  expect(entries(traffic, 'a')).toBe(1);
  expect(entries(traffic, 'b')).toBe(8);
  traffic.leave('a', 1_999);
  expect(entries(traffic, 'a')).toBe(8);
});
