/** The files below /etc/kubernetes/pki that make a machine part of a control plane, read as kubeadm reads them. */
import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { type Parsed, parsed, refused } from './parsed.ts';

const PKI = '/etc/kubernetes/pki';
/** Public and private part, by the names that kubeadm has for them. */
const PAIRS = [
  ['ca.crt', 'ca.key'],
  ['etcd/ca.crt', 'etcd/ca.key'],
  ['front-proxy-ca.crt', 'front-proxy-ca.key'],
  ['sa.pub', 'sa.key'],
] as const;

export const CLUSTER_CA = `${PKI}/ca.crt`;
export const CLUSTER_CA_KEY = `${PKI}/ca.key`;

type Files = Readonly<Record<string, string>>;

/** Only the PEMs, each checked to be one and to belong to the other of its pair. */
export function readPki(files: Files): Parsed<Files> {
  const found: Record<string, string> = {};
  for (const pair of PAIRS) {
    const publicPath = `${PKI}/${pair[0]}`;
    const privatePath = `${PKI}/${pair[1]}`;
    const publicPem = files[publicPath];
    const privatePem = files[privatePath];
    if (publicPem === undefined) return refused(missing(publicPath));
    if (privatePem === undefined) return refused(missing(privatePath));
    const problem = mismatch(publicPem, privatePem);
    if (problem !== undefined) return refused(`${publicPath}: ${problem}`);
    found[publicPath] = publicPem;
    found[privatePath] = privatePem;
  }
  return parsed(found);
}

const missing = (path: string): string => `couldn't load ${path}: open ${path}: no such file or directory`;

function mismatch(publicPem: string, privatePem: string): string | undefined {
  try {
    const key = createPrivateKey(privatePem);
    if (publicPem.includes('BEGIN CERTIFICATE')) {
      const certificate = new X509Certificate(publicPem);
      if (!certificate.ca) return 'the certificate is not a CA';
      return certificate.checkPrivateKey(key) ? undefined : 'the certificate and its key do not match';
    }
    const belonging = createPublicKey(privatePem).export({ type: 'spki', format: 'pem' });
    const given = createPublicKey(publicPem).export({ type: 'spki', format: 'pem' });
    return belonging === given ? undefined : 'the public key and the private key do not match';
  } catch {
    return 'no PEM that could be read';
  }
}

/** What nodes that join pin: SHA-256 of the authority's public key. */
export function pinOf(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
