import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createAuthority, createClient, createKeyPair, discoveryHash } from './certificates.ts';

const NOON_MS = Date.parse('2026-11-20T12:00:00Z');
const HOUR = { fromMs: NOON_MS, lifetimeMs: 3_600_000 };
const SUBJECT = { commonName: 'slipway', organization: 'system:masters' };

describe('an authority', () => {
  test('[A4] is a CA of its own for ten years, with an ECDSA key that belongs to it', async () => {
    const { certificate, key } = await createAuthority('kubernetes', NOON_MS);
    const read = new X509Certificate(certificate);
    expect(read.ca).toBe(true);
    expect(read.subject).toBe('CN=kubernetes');
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(read.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(Date.parse(read.validFrom)).toBe(NOON_MS - 5 * 60_000);
    expect(read.validTo).toContain('2036');
  });

  test('its discovery hash is that of its public key', async () => {
    const { certificate } = await createAuthority('kubernetes', NOON_MS);
    expect(discoveryHash(certificate)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(discoveryHash(certificate)).not.toBe(
      discoveryHash((await createAuthority('kubernetes', NOON_MS)).certificate),
    );
  });

  test('the discovery hash of a known certificate', () => {
    // Made once with openssl, hashed with `openssl x509 -pubkey | openssl pkey -pubin -outform der | sha256sum`.
    expect(discoveryHash(KNOWN)).toBe(
      'sha256:83a68baca34aa00d37cdc1a8ddd2541af05c1456fd18840fe4658c3a4a79f4ce',
    );
  });
});

describe('a client certificate', () => {
  test('is signed by the authority, for clients only, and ends when it was told to', async () => {
    const authority = await createAuthority('kubernetes', NOON_MS);
    const { certificate, key } = await createClient(authority, SUBJECT, HOUR);
    const read = new X509Certificate(certificate);
    expect(read.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(read.verify(createPublicKey(authority.certificate))).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(read.ca).toBe(false);
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(read.subject).toBe('O=system:masters\nCN=slipway');
    expect(Date.parse(read.validTo)).toBe(NOON_MS + 3_600_000);
  });

  test('of another authority it is not', async () => {
    const [one, other] = await Promise.all([
      createAuthority('kubernetes', NOON_MS),
      createAuthority('kubernetes', NOON_MS),
    ]);
    const { certificate } = await createClient(one, SUBJECT, HOUR);
    expect(new X509Certificate(certificate).verify(createPublicKey(other.certificate))).toBe(false);
  });
});

test('a key pair belongs together', async () => {
  const { publicKey, privateKey } = await createKeyPair();
  const derived = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
  expect(publicKey.trim()).toBe(derived.toString().trim());
});

const KNOWN = `-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIQKoZHN7N+8YlPrFiCFAFiETAKBggqhkjOPQQDAjAVMRMw
EQYDVQQDEwprdWJlcm5ldGVzMB4XDTI2MTEyMTEyNDkxMFoXDTM2MTExODEyNTQx
MFowFTETMBEGA1UEAxMKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABO405QfoPqqkvsc9/hZxxuP9VtejhcBJvzn4ftpnCFgEE+JQ0quTSJwc0t6X
0i9bWHCFIC1feerjZpFVjILLyFujWTBXMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0P
AQH/BAQDAgKkMB0GA1UdDgQWBBSIccsrfp/mhNcuoo7o/2E48L9WIzAVBgNVHREE
DjAMggprdWJlcm5ldGVzMAoGCCqGSM49BAMCA0kAMEYCIQC2A1oxMndMWNHSWSZV
NepvDtScToz+EAtfWnFsV4BEigIhAO52UR77FgWW/gukU/2AuJJ+p0UclrAnxSWW
JTHXGsEm
-----END CERTIFICATE-----`;
