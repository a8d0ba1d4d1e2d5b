import { expect, test } from '@jest/globals';
import { Secret } from '../domain/secret.ts';
import { isStrongSecret, makeSecret, signatureOf } from './secret.ts';

const bytes = (count: number) => `whsec_${Buffer.alloc(count, 7).toString('base64')}`;

test.each<[string, string, boolean]>([
  ['23 characters', 'x'.repeat(23), false],
  ['24 characters', 'x'.repeat(24), true],
  ['23 bytes', bytes(23), false],
  ['24 bytes', bytes(24), true],
  ['64 bytes', bytes(64), true],
  ['65 bytes', bytes(65), false],
  ['the prefix alone', 'whsec_', false],
  ['no base64 behind the prefix', `whsec_${'?'.repeat(40)}`, false],
  ['base64 with a rest that says nothing', `${bytes(24)}=`, false],
])('%s', (_what, secret, strong) => {
  expect(isStrongSecret(secret)).toBe(strong);
});

test('what is made is strong, and never the same', () => {
  const made = [makeSecret().reveal(), makeSecret().reveal()];
  expect(made.map(isStrongSecret)).toEqual([true, true]);
  expect(made[0]).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(made[0]).not.toBe(made[1]);
});

// printf '%s' '<id>.<timestamp>.<body>' | openssl dgst -sha256 -mac HMAC -macopt hexkey:<key> -binary | base64
test.each([
  [
    'the example that libraries for receivers are tested with',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  ],
  [
    'a key in base64',
    'whsec_a2V5IG9mIHR3ZW50eS1mb3VyIGNoYXJz',
    'msg_1',
    'v1,WnfcoBSKh9b2Xtx0BNqt0XeCNiBfmQVPT321T1eL20g=',
  ],
  [
    'the same key as text',
    'key of twenty-four chars',
    'msg_1',
    'v1,WnfcoBSKh9b2Xtx0BNqt0XeCNiBfmQVPT321T1eL20g=',
  ],
])('signs as Standard Webhooks does: %s', (_what, secret, id, signature) => {
  const signed = { id, timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
  expect(signatureOf(new Secret(secret), signed)).toBe(signature);
});
