/** The key set over the wire: fetched once, and not again for every key id that somebody invents. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { bearerAuthenticator, remoteKeys, TokenKeysUnavailableError } from '../../lib/api/auth/bearer.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now() };
let server: Server;
let url: string;
let key: CryptoKey;
let fetches = 0;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  key = pair.privateKey;
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256' }];
  server = createServer((_request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${portOf(server.address())}/keys`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function portOf(address: string | AddressInfo | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port');
  return address.port;
}

const authenticator = (keysUrl: string) =>
  bearerAuthenticator({
    issuers: ['urn:test'],
    audience: 'api://slipway',
    dialect: 'local',
    keys: remoteKeys(keysUrl),
    clock,
  });
const token = (kid: string) =>
  new SignJWT({ roles: ['admin'], projects: ['*'] })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setSubject('ada')
    .setIssuer('urn:test')
    .setAudience('api://slipway')
    .setExpirationTime('5m')
    .sign(key);

test('a flood of invented key ids causes no flood of fetches', async () => {
  const { authenticate } = authenticator(url);
  expect(await authenticate(`Bearer ${await token('k1')}`)).toMatchObject({ subject: 'ada' });
  const invented = await Promise.all(Array.from({ length: 50 }, (_, n) => token(`x${n}`)));
  const callers = await Promise.all(invented.map((jwt) => authenticate(`Bearer ${jwt}`)));
  expect(callers.filter((caller) => caller !== undefined)).toEqual([]);
  expect(fetches).toBe(1);
});

test('a key set that nobody serves is our trouble, not the token’s', async () => {
  const { authenticate } = authenticator(url.replace(/:\d+/, ':1'));
  await expect(authenticate(`Bearer ${await token('k1')}`)).rejects.toThrow(TokenKeysUnavailableError);
});
