import { expect, test } from '@jest/globals';
import { serializeCookie } from './response.ts';

test.each([
  ['a bare one, its value encoded', {}, 'id=a%20b%3B'],
  ['SameSite not said', { sameSite: 'none' }, 'id=a%20b%3B'],
  [
    'SameSite=None said',
    { sameSite: 'explicitNone', secure: { value: true } },
    'id=a%20b%3B; Secure; SameSite=None',
  ],
  ['a life time of zero', { maxAge: { value: 0 } }, 'id=a%20b%3B; Max-Age=0'],
  [
    'an end',
    { expires: { value: { seconds: 86_400 } } },
    'id=a%20b%3B; Expires=Fri, 02 Jan 1970 00:00:00 GMT',
  ],
  ['flags that are off', { secure: { value: false }, httpOnly: {} }, 'id=a%20b%3B'],
  [
    'everything else',
    { domain: { value: 'x.test' }, path: { value: '/' }, httpOnly: { value: true }, sameSite: 'lax' },
    'id=a%20b%3B; Domain=x.test; Path=/; HttpOnly; SameSite=Lax',
  ],
] as const)('a cookie with %s', (_what, attributes, expected) => {
  expect(serializeCookie({ name: 'id', value: 'a b;', ...attributes })).toBe(expected);
});
