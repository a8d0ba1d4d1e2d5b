import { expect, test } from '@jest/globals';
import { httpThrough } from './server/outbound.ts';
import { messageOf } from './thrown.ts';

test.each<[unknown, string]>([
  [new Error('broken'), 'broken'],
  ['broken', 'broken'],
  [undefined, 'undefined'],
  [
    new TypeError('fetch failed', { cause: new Error('certificate has expired') }),
    'fetch failed: certificate has expired',
  ],
  [{ message: 'fetch failed', cause: { message: '', code: 'ECONNREFUSED' } }, 'fetch failed: ECONNREFUSED'],
])('%p says %s', (thrown, says) => {
  expect(messageOf(thrown)).toBe(says);
});

test('causes without end are cut', () => {
  const thrown: { message: string; cause?: unknown } = { message: 'again' };
  thrown.cause = thrown;
  expect(messageOf(thrown)).toBe('again: again: again: again');
});

test('of a request that was never sent it is said why', async () => {
  const asked = httpThrough()({
    method: 'GET',
    url: 'http://127.0.0.1:1/',
    headers: {},
    signal: new AbortController().signal,
  });
  const said = await asked.then(String, (thrown: unknown) => messageOf(thrown));
  expect(said).toBe('fetch failed: bad port');
});
