/** Who a client certificate makes its holder: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { ClientIdentity } from '../kube/request.ts';

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

const Subject = z.object({
  CN: z.string(),
  O: z.union([z.string().transform((group) => [group]), z.array(z.string())]).default([]),
});

/** `authority`: PEM of the cluster's. What it did not sign, for this use and this time, is `invalid`. */
export function identityOf(
  authority: string,
  certificate: X509Certificate,
  wallMs: EpochMs,
): ClientIdentity | 'invalid' {
  const issuer = new X509Certificate(authority);
  const isSigned = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  const isTimely = Date.parse(certificate.validFrom) <= wallMs && wallMs < Date.parse(certificate.validTo);
  const isForClients = certificate.keyUsage?.includes(CLIENT_AUTH) ?? false;
  const subject = Subject.safeParse(certificate.toLegacyObject().subject);
  if (!isSigned || !isTimely || !isForClients || !subject.success) return 'invalid';
  return { user: subject.data.CN, groups: subject.data.O };
}
