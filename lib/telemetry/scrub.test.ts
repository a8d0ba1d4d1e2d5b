import { expect, test } from '@jest/globals';
import { Secret } from '../domain/secret.ts';
import { scrub } from './scrub.ts';

test.each([
  [
    'a JSON Web Token',
    'token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl end',
    'token [redacted] end',
  ],
  ['a bearer header', 'authorization: Bearer abcdefghijklmnopqrstuvwxyz', 'authorization: [redacted]'],
  ['an access key id', 'key AKIAIOSFODNN7EXAMPLE', 'key [redacted]'],
  ['a signature in an address', 'https://x/y?a=1&sig=AbC%2f123&b=2', 'https://x/y?a=1&sig=[redacted]&b=2'],
  ['a client secret in a form', 'client_secret=s3cr3t&scope=x', 'client_secret=[redacted]&scope=x'],
  [
    'a connection string',
    'SharedAccessKeyName=k;SharedAccessKey=abc123==;X=1',
    'SharedAccessKeyName=k;SharedAccessKey=[redacted];X=1',
  ],
  ['the secret of a webhook', 'secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'secret [redacted]'],
  ['nothing secret', 'QuotaExceeded: limit 10, needed 12', 'QuotaExceeded: limit 10, needed 12'],
])('scrubs %s', (_what, text, clean) => {
  expect(scrub(text)).toBe(clean);
});

test('scrubs a private key over several lines', () => {
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----';
  expect(scrub(`pasted ${key} by mistake`)).toBe('pasted [redacted] by mistake');
});

test('a secret prints as [redacted], however it is printed', () => {
  const secret = new Secret('hunter2');
  expect(`${secret} ${JSON.stringify({ secret })}`).toBe('[redacted] {"secret":"[redacted]"}');
});
