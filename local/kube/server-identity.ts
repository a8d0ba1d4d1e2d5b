/** The self-signed certificate of the local API servers, made once and kept, so that kubeconfigs outlive a restart. */
import sshpk from 'sshpk/lib/index.js';
import { z } from 'zod';
import type { ObjectStore } from './object-store.ts';

const ServerIdentity = z.object({ certificate: z.string(), key: z.string() });
/** PEMs. The certificate is its own authority and names `localhost` only: sshpk writes no addresses. */
export type ServerIdentity = z.output<typeof ServerIdentity>;

/** No cluster has an empty id. */
const OF_ALL_CLUSTERS = '';
const RESOURCE = 'slipway/server-identity';
const TEN_YEARS_SECONDS = 10 * 365 * 24 * 3_600;

export function serverIdentity(store: ObjectStore): ServerIdentity {
  const kept = store.get(OF_ALL_CLUSTERS, RESOURCE, 'tls');
  if (kept !== undefined) return ServerIdentity.parse(kept);
  const key = sshpk.generatePrivateKey('ecdsa');
  const host = sshpk.identityForHost('localhost');
  const certificate = sshpk.createSelfSignedCertificate(host, key, { lifetime: TEN_YEARS_SECONDS });
  const made = { certificate: certificate.toString('pem'), key: key.toString('pkcs8') };
  store.put(OF_ALL_CLUSTERS, RESOURCE, 'tls', made);
  return made;
}
