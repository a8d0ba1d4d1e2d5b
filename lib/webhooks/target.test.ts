import { describe, expect, test } from '@jest/globals';
import { forbiddenTarget } from './target.ts';

const INTERNET = 'Webhooks are sent to hosts on the public internet only.';
const NO_USER = 'A webhook URL has no user name and no password; the signature tells the receiver who sends.';

describe('public targets', () => {
  test.each([
    'https://hooks.example.com/slipway?team=a',
    'https://hooks.example.com:443/',
    'https://HOOKS.EXAMPLE.COM',
    'https://hooks.example.com./',
    'https://8.8.8.8/hook',
    'https://[2606:4700:4700::1111]/hook',
    'https://localhost.example.com/',
    'https://internal.example.com/',
  ])('%s', (url) => {
    expect(forbiddenTarget(url, 'public')).toBeUndefined();
  });

  test.each([
    ['http://hooks.example.com/', 'A webhook URL begins with https://.'],
    ['ftp://hooks.example.com/', 'A webhook URL begins with https://.'],
    ['file:///etc/passwd', 'A webhook URL begins with https://.'],
    ['gopher://hooks.example.com:443/', 'A webhook URL begins with https://.'],
    ['javascript:alert(1)', 'A webhook URL begins with https://.'],
    ['hooks.example.com', 'This is no URL.'],
    ['https://', 'This is no URL.'],
    ['https://hooks.example.com:8443/', 'Webhooks are sent to port 443 only.'],
    ['https://hooks.example.com:22/', 'Webhooks are sent to port 443 only.'],
    ['https://me:secret@hooks.example.com/', NO_USER],
    ['https://hooks.example.com@10.0.0.1/', NO_USER],
    ['https://localhost/', INTERNET],
    ['https://LOCALHOST./', INTERNET],
    ['https://a.localhost/', INTERNET],
    ['https://ⓛocalhost/', INTERNET],
    ['https://metadata.google.internal/', INTERNET],
    ['https://printer.local/', INTERNET],
    ['https://router.home.arpa/', INTERNET],
    ['https://kubernetes/', INTERNET],
    ['https://kubernetes.default.svc.cluster.local/', INTERNET],
    ['https://127.0.0.1/', INTERNET],
    ['https://127.1/', INTERNET],
    ['https://2130706433/', INTERNET],
    ['https://0x7f.1/', INTERNET],
    ['https://0177.0.0.1/', INTERNET],
    ['https://127。0。0。1/', INTERNET],
    ['https://%31%32%37.0.0.1/', INTERNET],
    ['https://10.0.0.1/', INTERNET],
    ['https://169.254.169.254/latest/meta-data/', INTERNET],
    ['https://168.63.129.16/', INTERNET],
    ['https://[::1]/', INTERNET],
    ['https://[::ffff:127.0.0.1]/', INTERNET],
    ['https://[::ffff:a9fe:a9fe]/', INTERNET],
    ['https://[64:ff9b::a9fe:a9fe]/', INTERNET],
    ['https://[2002:a9fe:a9fe::]/', INTERNET],
    ['https://[fd00:ec2::254]/', INTERNET],
  ])('%s: %s', (url, why) => {
    expect(forbiddenTarget(url, 'public')).toBe(why);
  });
});

/** Ways in which people have written an address past a filter. What the parser makes of one is what would be dialled. */
const NOTATIONS: readonly ((octets: readonly number[]) => string)[] = [
  ([a, b, c, d]) => `${a}.${b}.${c}.${d}`,
  ([a, b, c, d]) => `${a}.${b}.${c}.${d}.`,
  ([a, b, c = 0, d = 0]) => `${a}.${b}.${c * 256 + d}`,
  ([a, b = 0, c = 0, d = 0]) => `${a}.${(b * 256 + c) * 256 + d}`,
  (octets) => String(octets.reduce((sum, octet) => sum * 256 + octet, 0)),
  (octets) => `0x${octets.map((octet) => octet.toString(16).padStart(2, '0')).join('')}`,
  (octets) => octets.map((octet) => `0x${octet.toString(16)}`).join('.'),
  (octets) => octets.map((octet) => `0${octet.toString(8)}`).join('.'),
  (octets) => octets.join('。'),
  (octets) => octets.join('%2e'),
  (octets) => octets.join('.').replaceAll(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
  (octets) => octets.join('.').replaceAll(/\d/g, (digit) => `%3${digit}`),
  ([a, b, c, d]) => `[::ffff:${a}.${b}.${c}.${d}]`,
  ([a, b, c, d]) => `[::${a}.${b}.${c}.${d}]`,
  ([a, b, c, d]) => `[64:ff9b::${a}.${b}.${c}.${d}]`,
  ([a, b, c, d]) => `hooks.example.com@${a}.${b}.${c}.${d}`,
  ([a, b, c, d]) => `${a}.${b}.${c}.${d}#@hooks.example.com`,
  ([a, b, c, d]) => `${a}.${b}.${c}.${d}\\@hooks.example.com`,
];

test.each([
  [[127, 0, 0, 1]],
  [[127, 8, 9, 10]],
  [[0, 0, 0, 0]],
  [[10, 0, 0, 1]],
  [[10, 255, 255, 254]],
  [[172, 16, 0, 1]],
  [[172, 31, 255, 254]],
  [[192, 168, 0, 1]],
  [[169, 254, 169, 254]],
  [[169, 254, 170, 2]],
  [[168, 63, 129, 16]],
  [[100, 64, 0, 1]],
  [[100, 100, 100, 200]],
  [[192, 0, 0, 192]],
  [[198, 18, 0, 1]],
  [[224, 0, 0, 251]],
  [[255, 255, 255, 255]],
])('%j is forbidden, however it is written', (octets) => {
  const allowed = NOTATIONS.map((write) => `https://${write(octets)}/`).filter(
    (url) => forbiddenTarget(url, 'public') === undefined,
  );
  expect(allowed).toEqual([]);
});

describe('any targets, in local mode', () => {
  test.each([
    ['http://127.0.0.1:9000/hook', undefined],
    ['https://localhost:8443/', undefined],
    ['http://me@127.0.0.1/', NO_USER],
    ['file:///etc/passwd', 'A webhook URL begins with https:// or http://.'],
    ['nonsense', 'This is no URL.'],
  ])('%s', (url, why) => {
    expect(forbiddenTarget(url, 'any')).toBe(why);
  });
});
