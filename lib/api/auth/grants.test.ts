import { expect, test } from '@jest/globals';
import { memberId } from './grants.ts';

test('every subject has an id that a store takes, and its own', () => {
  const subjects = ['ada', 'a/b?c#d', '€'.repeat(256), '\ud800', '\udfff', '\ufffd', 'x'.repeat(2000)];
  const ids = subjects.map(memberId);
  expect(new Set(ids).size).toBe(subjects.length);
  for (const id of ids) expect(id).toMatch(/^[^/\\?#]{1,1000}$/);
  expect(ids[0]).toBe('member:ada');
});
