/** The certificate that an API server of a simulated cluster shows: signed by the authority that the cluster was given. */
import { createPrivateKey, webcrypto } from 'node:crypto';
import { type EpochMs, HOUR_MS } from '../../lib/domain/time.ts';
import { certificateLibrary } from '../../lib/machines/bootstrap/certificate-library.ts';
import type { CertifiedKey } from '../../lib/machines/bootstrap/certificates.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
/** As long as those of kubeadm. */
const LIFETIME_MS = 365 * 24 * HOUR_MS;

/** `authority`: PEMs, of a key on the curve P-256. Rejects for other keys. */
export async function servingCertificate(
  authority: CertifiedKey,
  names: readonly string[],
  wallMs: EpochMs,
): Promise<CertifiedKey> {
  const x509 = await certificateLibrary();
  const issuer = new x509.X509Certificate(authority.certificate);
  const pkcs8 = createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=kube-apiserver',
    issuer: issuer.subjectName,
    notBefore: new Date(wallMs - HOUR_MS),
    notAfter: new Date(wallMs + LIFETIME_MS),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment,
        true,
      ),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      // Authorities of all clusters have one name: by this clients tell them apart.
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
    ],
  });
  return {
    certificate: certificate.toString('pem'),
    key: x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
  };
}
