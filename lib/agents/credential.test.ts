import { createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { asClusterId } from '../domain/ids.ts';
import { Secret } from '../domain/secret.ts';
import { HOUR_MS } from '../domain/time.ts';
import { answerOf, type Credential, credentialText, isSame, readCredential, renewed } from './credential.ts';

const BYTES = Buffer.alloc(32, 7);
const KEY = new Secret(createSecretKey(BYTES));
const OTHER_KEY = new Secret(createSecretKey(Buffer.alloc(32, 8)));
const NOON = Date.UTC(2026, 10, 20, 12);
const CREDENTIAL: Credential = {
  cluster: asClusterId('11111111-2222-4333-8444-555555555555'),
  shard: 3,
  epoch: 12,
  expiresAtMs: NOON + 24 * HOUR_MS,
};
const TEXT = credentialText(KEY, CREDENTIAL);
const MAC = TEXT.split('.')[5] ?? '';
const parts = (over: Partial<Record<0 | 1 | 2 | 3 | 4 | 5, string>>) =>
  TEXT.split('.')
    .map((part, index) => Object.entries(over).find(([at]) => Number(at) === index)?.[1] ?? part)
    .join('.');
/** Signed as the program would sign it, whatever is in it. */
const signed = (fields: readonly (string | number)[]) => {
  const mac = createHmac('sha256', BYTES)
    .update(['credential', ...fields].join('\n'))
    .digest('base64url');
  return ['sla1', ...fields, mac].join('.');
};
const { cluster, shard, epoch, expiresAtMs } = CREDENTIAL;

test('a credential says who, and holds for 24 hours to the millisecond', () => {
  expect(readCredential(KEY, TEXT, NOON)).toEqual(CREDENTIAL);
  expect(readCredential(KEY, TEXT, expiresAtMs - 1)).toEqual(CREDENTIAL);
  expect(readCredential(KEY, TEXT, expiresAtMs)).toBeUndefined();
});

test('its form is fixed, because agents of all ages hold one', () => {
  expect(TEXT).toBe(signed([cluster, shard, epoch, expiresAtMs]));
});

describe('none of these is a credential:', () => {
  const last = MAC.slice(0, -1) + (MAC.endsWith('A') ? 'E' : 'A');
  const first = (MAC.startsWith('A') ? 'B' : 'A') + MAC.slice(1);
  test.each([
    ['nothing', ''],
    ['a word', 'sla1'],
    ['another cluster', parts({ 1: '99999999-2222-4333-8444-555555555555' })],
    ['another shard', parts({ 2: '2' })],
    ['another epoch', parts({ 3: '13' })],
    ['a later end', parts({ 4: String(expiresAtMs + 1) })],
    ['another last letter of the signature', parts({ 5: last })],
    ['another first letter of the signature', parts({ 5: first })],
    ['a shorter signature', parts({ 5: MAC.slice(0, -1) })],
    ['a longer signature', parts({ 5: `${MAC}A` })],
    ['no signature', parts({ 5: '' })],
    ['the signature of all zeros', parts({ 5: 'A'.repeat(43) })],
    ['another version', parts({ 0: 'sla2' })],
    ['upper case in front', parts({ 0: 'SLA1' })],
    ['a part too many', `${TEXT}.x`],
    ['a part too few', TEXT.split('.').slice(0, 5).join('.')],
    ['a line break behind it', `${TEXT}\n`],
    ['a line break before it', `\n${TEXT}`],
    ['a blank inside', TEXT.replace('.', ' .')],
    ['an empty cluster, rightly signed', signed(['', shard, epoch, expiresAtMs])],
    ['a cluster that is no uid, rightly signed', signed(['constructor', shard, epoch, expiresAtMs])],
    ['upper case in the uid, rightly signed', signed([cluster.toUpperCase().replace('1', 'A'), 3, 1, 9e14])],
    ['a negative epoch, rightly signed', signed([cluster, shard, -1, expiresAtMs])],
    ['a broken epoch, rightly signed', signed([cluster, shard, '1.5', expiresAtMs])],
    ['an epoch with a zero in front, rightly signed', signed([cluster, shard, '012', expiresAtMs])],
    ['an exponent as its end, rightly signed', signed([cluster, shard, epoch, '9e99'])],
    ['an end beyond all numbers, rightly signed', signed([cluster, shard, epoch, '9'.repeat(16)])],
    ['kilobytes', TEXT + 'A'.repeat(10_000)],
    ['a token of a person', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'],
  ])('%s', (_what, text) => {
    expect(readCredential(KEY, text, NOON)).toBeUndefined();
  });

  test('what another key has signed', () => {
    expect(readCredential(OTHER_KEY, TEXT, NOON)).toBeUndefined();
  });

  test('what was signed for another purpose', () => {
    const mac = createHmac('sha256', BYTES)
      .update(['bootstrap', cluster, shard, epoch, expiresAtMs].join('\n'))
      .digest('base64url');
    expect(readCredential(KEY, parts({ 5: mac }), NOON)).toBeUndefined();
  });

  test('any single letter changed', () => {
    for (let index = 0; index < TEXT.length; index += 1) {
      const letter = TEXT[index] === '7' ? '8' : '7';
      const changed = TEXT.slice(0, index) + letter + TEXT.slice(index + 1);
      // The last letter of 43 carries four bits: two of its neighbours decode to the same bytes, but not as text.
      expect(readCredential(KEY, changed, NOON)).toBeUndefined();
    }
  });
});

describe('renewal', () => {
  test.each([
    [24, 0],
    [13, 0],
    [12, 12],
    [11, 12],
    [0.01, 12],
  ])('with %d hours left the next one lasts %d hours longer', (leftHours, moreHours) => {
    const nowMs = expiresAtMs - leftHours * HOUR_MS;
    expect(renewed(CREDENTIAL, nowMs)).toEqual({
      ...CREDENTIAL,
      expiresAtMs: expiresAtMs + moreHours * HOUR_MS,
    });
  });

  test('asked again it is the same, and due when half of a day is left', () => {
    const nowMs = expiresAtMs - 12 * HOUR_MS;
    const once = renewed(CREDENTIAL, nowMs);
    expect(renewed(CREDENTIAL, nowMs + HOUR_MS)).toEqual(once);
    expect(renewed(once, nowMs)).toEqual(once);
    expect(answerOf(KEY, once)).toEqual({
      credential: credentialText(KEY, once),
      expiresAt: '2026-11-22T00:00:00.000Z',
      renewAt: '2026-11-21T12:00:00.000Z',
    });
  });
});

test.each([
  ['', '', true],
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'ab', false],
  ['ä', 'a¤', false],
])('«%s» and «%s» are the same: %s', (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});
