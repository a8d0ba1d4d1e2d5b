/**
 * Keys and X.509 certificates of a cluster, ECDSA P-256 throughout: a CA signs, client certificates are short-lived and
 * never stored. Purposes are those that kubeadm gives its own.
 * Source: https://kubernetes.io/docs/setup/best-practices/certificates/
 */
import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import { certificateLibrary } from './certificate-library.ts';

/** PEM texts; the key is PKCS #8. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
/** As kubeadm's CAs. */
const CA_LIFETIME_MS = 10 * 365 * 24 * HOUR_MS;
/** Clocks of machines that were started a moment ago may be behind. */
const SKEW_MS = 5 * MINUTE_MS;

export async function createAuthority(commonName: string, nowMs: EpochMs): Promise<CertifiedKey> {
  const x509 = await certificateLibrary();
  const use = x509.KeyUsageFlags;
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: nameOf({ commonName }),
    notBefore: new Date(nowMs - SKEW_MS),
    notAfter: new Date(nowMs + CA_LIFETIME_MS),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(use.digitalSignature | use.keyEncipherment | use.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: commonName }]),
    ],
  });
  return { certificate: pemOf(certificate.rawData, 'CERTIFICATE'), key: await privatePem(keys.privateKey) };
}

export interface ClientSubject {
  readonly commonName: string;
  readonly organization: string;
}

export interface Validity {
  readonly fromMs: EpochMs;
  readonly lifetimeMs: number;
}

/** A client certificate of a key of its own. */
export async function createClient(
  authority: CertifiedKey,
  subject: ClientSubject,
  { fromMs, lifetimeMs }: Validity,
): Promise<CertifiedKey> {
  const x509 = await certificateLibrary();
  const use = x509.KeyUsageFlags;
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await importKey(x509.PemConverter.decodeFirst(authority.key));
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: nameOf(subject),
    issuer: issuer.subjectName,
    notBefore: new Date(fromMs - SKEW_MS),
    notAfter: new Date(fromMs + lifetimeMs),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(use.digitalSignature | use.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
    ],
  });
  return { certificate: pemOf(certificate.rawData, 'CERTIFICATE'), key: await privatePem(keys.privateKey) };
}

/** Signs service accounts' tokens: no certificate. */
export async function createKeyPair(): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const spki = await webcrypto.subtle.exportKey('spki', keys.publicKey);
  return {
    publicKey: pemOf(spki, 'PUBLIC KEY'),
    privateKey: await privatePem(keys.privateKey),
  };
}

/** What `kubeadm join` checks the CA by: SHA-256 of its public key, DER. */
export function discoveryHash(certificate: string): string {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
}

/** Kubernetes reads the user from the common name and the groups from the organizations. */
function nameOf({
  commonName,
  organization,
}: {
  readonly commonName: string;
  readonly organization?: string;
}) {
  return [...(organization === undefined ? [] : [{ O: [organization] }]), { CN: [commonName] }];
}

function importKey(pkcs8: ArrayBuffer): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']);
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return pemOf(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** RFC 7468, with the line break that ends a file. */
function pemOf(der: ArrayBuffer, label: string): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
