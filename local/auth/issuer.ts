/**
 * The token issuer of local mode: what Entra ID is in production. One RSA key, kept in the data directory so that tokens
 * survive a restart. It says of people whatever it is asked to say; only local mode may trust it.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import { keptFile } from '../kept-file.ts';

export const LOCAL_ISSUER = 'urn:slipway:local';

export interface IssuerSettings {
  readonly dataDirectory: string;
  readonly issuer: string;
  readonly audience: string;
  /** Epoch milliseconds. */
  now(): number;
}

export interface TokenRequest {
  readonly subject: string;
  readonly roles: readonly string[];
  /** `*` is every project. */
  readonly projects: readonly string[];
}

export interface Issuer {
  issue(request: TokenRequest): Promise<string>;
  jwks(): JSONWebKeySet;
}

/** A working day: nobody signs in again while trying things out. */
const LIFETIME_SECONDS = 12 * 3_600;
const KEY_FILE = 'token-signing-key.pem';

export async function openIssuer(settings: IssuerSettings): Promise<Issuer> {
  const key = await readOrMakeKey(settings.dataDirectory);
  const publicKey = await publicPart(key);
  const kid = await calculateJwkThumbprint(publicKey);
  return {
    issue: ({ subject, roles, projects }) => {
      const now = Math.floor(settings.now() / 1_000);
      return new SignJWT({ roles: [...roles], projects: [...projects] })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .setSubject(subject)
        .setIssuer(settings.issuer)
        .setAudience(settings.audience)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + LIFETIME_SECONDS)
        .sign(key);
    },
    jwks: () => ({ keys: [{ ...publicKey, kid, alg: 'RS256', use: 'sig' }] }),
  };
}

async function readOrMakeKey(directory: string): Promise<CryptoKey> {
  await mkdir(directory, { recursive: true });
  const pem = await keptFile(join(directory, KEY_FILE), async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    return exportPKCS8(privateKey);
  });
  return importPKCS8(pem, 'RS256', { extractable: true });
}

async function publicPart(key: CryptoKey): Promise<JWK> {
  const { kty, n, e } = await exportJWK(key);
  if (n === undefined || e === undefined) throw new Error('The signing key is no RSA key');
  return { ...(kty === undefined ? {} : { kty }), n, e };
}
