import { createHmac, createPublicKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { type Issuer, openIssuer } from '../../../local/auth/issuer.ts';
import { bearerAuthenticator, TokenKeysUnavailableError } from './bearer.ts';
import type { Authenticator } from './caller.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const NOW = NOW_MS / 1_000;
const ISSUER = 'https://login.microsoftonline.com/t1/v2.0';
const AUDIENCE = 'api://slipway';
const clock = { now: () => NOW_MS, monotonic: () => NOW_MS };

let key: CryptoKey;
let otherKey: CryptoKey;
let entra: Authenticator;
let publicPem: string;
let lookUps = 0;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  otherKey = (await generateKeyPair('RS256')).privateKey;
  const jwk = await exportJWK(pair.publicKey);
  publicPem = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
  const set = createLocalJWKSet({ keys: [{ ...jwk, kid: 'k1', alg: 'RS256', use: 'sig' }] });
  entra = bearerAuthenticator({
    issuers: [ISSUER, 'https://sts.windows.net/t1/'],
    audience: AUDIENCE,
    dialect: 'entra',
    clock,
    keys: (header, token) => {
      lookUps += 1;
      return set(header, token);
    },
  });
});

const good: JWTPayload = {
  iss: ISSUER,
  aud: AUDIENCE,
  exp: NOW + 600,
  nbf: NOW - 60,
  iat: NOW - 60,
  sub: 'pairwise',
  oid: 'ada-oid',
  scp: 'access',
};

async function token(
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  by: CryptoKey = key,
) {
  return new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header })
    .sign(by);
}

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const callerOf = async (jwt: string) => entra.authenticate(`Bearer ${jwt}`);

describe('tokens that are good', () => {
  test('a person is known by object id', async () => {
    expect(await callerOf(await token())).toEqual({ subject: 'ada-oid', kind: 'user', roles: {} });
  });

  test('an app is known by its client id, in both versions of tokens', async () => {
    const app = { scp: undefined, sub: 'sp', oid: 'sp' };
    expect(await callerOf(await token({ ...app, azp: 'client' }))).toMatchObject({
      subject: 'client',
      kind: 'app',
    });
    const v1 = { ...app, iss: 'https://sts.windows.net/t1/', appid: 'client', idtyp: 'app' };
    expect(await callerOf(await token(v1))).toMatchObject({ subject: 'client', kind: 'app' });
  });

  test('the app role makes an admin of every project; other roles mean nothing', async () => {
    expect(await callerOf(await token({ roles: ['Slipway.Admin'] }))).toMatchObject({
      roles: { '*': 'admin' },
    });
    expect(await callerOf(await token({ roles: ['admin'], projects: ['*'] }))).toMatchObject({ roles: {} });
  });

  test('30 seconds of skew are forgiven, both ways', async () => {
    expect(await callerOf(await token({ exp: NOW - 29 }))).toBeDefined();
    expect(await callerOf(await token({ nbf: NOW + 29 }))).toBeDefined();
  });

  test('a token is verified once', async () => {
    const jwt = await token({ jti: 'once' });
    const before = lookUps;
    await callerOf(jwt);
    await callerOf(jwt);
    expect(lookUps - before).toBe(1);
  });
});

describe('tokens that are not', () => {
  const tampered = async (at: number) => {
    const jwt = await token();
    const other = jwt[at] === 'A' ? 'B' : 'A';
    return jwt.slice(0, at) + other + jwt.slice(at + 1);
  };
  const hmac = async () => {
    const input = `${b64({ alg: 'HS256', kid: 'k1' })}.${b64(good)}`;
    return `${input}.${createHmac('sha256', publicPem).update(input).digest('base64url')}`;
  };
  const ownKey = async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(pair.publicKey);
    return token({}, { jwk }, pair.privateKey);
  };
  const payload = (jwt: string) => jwt.split('.')[1] ?? '';
  const rows: readonly [string, () => Promise<string>][] = [
    ['alg none', async () => `${b64({ alg: 'none', kid: 'k1' })}.${b64(good)}.`],
    ['alg None in capitals', async () => `${b64({ alg: 'NONE', kid: 'k1' })}.${b64(good)}.`],
    ['HS256 signed with the public key', hmac],
    [
      'PS256',
      async () => `${b64({ alg: 'PS256', kid: 'k1' })}.${(await token()).split('.').slice(1).join('.')}`,
    ],
    ['another audience', () => token({ aud: 'api://other' })],
    ['no audience', () => token({ aud: undefined })],
    ['another issuer', () => token({ iss: 'https://login.microsoftonline.com/t2/v2.0' })],
    ['the issuer with a slash more', () => token({ iss: `${ISSUER}/` })],
    ['the issuer in other case', () => token({ iss: ISSUER.toUpperCase() })],
    ['expired', () => token({ exp: NOW - 31 })],
    ['without exp', () => token({ exp: undefined })],
    ['exp as a string', async () => token({ exp: String(NOW + 600) })],
    ['not valid yet', () => token({ nbf: NOW + 31 })],
    ['an unknown key id', () => token({}, { kid: 'k2' })],
    ['a key id that is a path', () => token({}, { kid: '../../etc/passwd' })],
    ['signed by another key', () => token({}, {}, otherKey)],
    ['its own key in the header', ownKey],
    [
      'a critical header we do not know',
      async () =>
        `${b64({ alg: 'RS256', kid: 'k1', crit: ['x'], x: 1 })}.${(await token()).split('.').slice(1).join('.')}`,
    ],
    ['two segments', async () => (await token()).split('.').slice(0, 2).join('.')],
    ['five segments', async () => `${await token()}.a.b`],
    ['no signature', async () => `${(await token()).split('.').slice(0, 2).join('.')}.`],
    ['a changed byte in the header', () => tampered(10)],
    ['a changed byte in the payload', async () => tampered((await token()).indexOf('.') + 20)],
    ['a changed byte in the signature', async () => tampered((await token()).lastIndexOf('.') + 20)],
    ['a payload that is no JSON', async () => (await token()).replace(payload(await token()), 'AAAA')],
    ['longer than any real one', () => token({ filler: 'x'.repeat(20_000) })],
    ['without sub', () => token({ sub: undefined })],
    ['without oid', () => token({ oid: undefined })],
    ['an id token', () => token({ scp: undefined })],
    ['an app token without a client id', () => token({ scp: undefined, idtyp: 'app' })],
    ['a subject that is a number', () => token({ oid: 7 })],
    ['nothing at all', async () => ''],
  ];
  test.each(rows)('%s', async (_title, make) => {
    expect(await callerOf(await make())).toBeUndefined();
  });

  test.each([null, '', 'Bearer', 'bearer a b', 'Basic YTpi', 'Bearer \u0000'])(
    'header %j',
    async (header) => {
      expect(await entra.authenticate(header)).toBeUndefined();
    },
  );
});

test('a key set that cannot be read is our trouble, not the token’s', async () => {
  const cut = bearerAuthenticator({
    issuers: [ISSUER],
    audience: AUDIENCE,
    dialect: 'entra',
    clock,
    keys: async () => {
      throw new TypeError('fetch failed');
    },
  });
  await expect(cut.authenticate(`Bearer ${await token()}`)).rejects.toThrow(TokenKeysUnavailableError);
});

describe('the issuer of local mode', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'issuer-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const open = (issuer = 'urn:slipway:local') =>
    openIssuer({ dataDirectory: directory, issuer, audience: AUDIENCE, now: () => NOW_MS });
  const authenticator = (issuer: Issuer) =>
    bearerAuthenticator({
      issuers: ['urn:slipway:local'],
      audience: AUDIENCE,
      dialect: 'local',
      keys: createLocalJWKSet(issuer.jwks()),
      clock,
    });
  const ada = { subject: 'ada', roles: ['viewer', 'editor'], projects: ['default', 'lab'] };

  test('gives each project the highest of the roles', async () => {
    const issuer = await open();
    const jwt = await issuer.issue(ada);
    expect(await authenticator(issuer).authenticate(`Bearer ${jwt}`)).toEqual({
      subject: 'ada',
      kind: 'user',
      roles: { default: 'editor', lab: 'editor' },
    });
  });

  test('its tokens survive a restart', async () => {
    const jwt = await (await open()).issue(ada);
    expect(await authenticator(await open()).authenticate(`Bearer ${jwt}`)).toBeDefined();
  });

  test('an unknown role, another issuer and a production deployment do not take them', async () => {
    const issuer = await open();
    const odd = await issuer.issue({ ...ada, roles: ['owner'] });
    expect(await authenticator(issuer).authenticate(`Bearer ${odd}`)).toBeUndefined();
    const foreign = await (await open('urn:other')).issue(ada);
    expect(await authenticator(issuer).authenticate(`Bearer ${foreign}`)).toBeUndefined();
    expect(await callerOf(await issuer.issue(ada))).toBeUndefined();
  });
});
