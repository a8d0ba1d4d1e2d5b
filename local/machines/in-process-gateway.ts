/**
 * The gateway without sockets, for simulations: the same questions to the load balancer, the same checks of both
 * certificates, the same answers. What TLS would end with is thrown as TLS does.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KubeAccess } from '../../lib/kube/kubeconfig.ts';
import type { KubeTransport } from '../../lib/kube/transport.ts';
import type { CloudClock } from '../clouds/kit/clock.ts';
import { connectionRefused, responseOf } from '../kube/in-process.ts';
import type { ApiRequest } from '../kube/request.ts';
import type { SimulatedClusters } from '../kube/simulated-clusters.ts';
import { apiNames } from './api-names.ts';
import { identityOf } from './client-identity.ts';
import type { ReachedCluster, SimulatedMachines } from './machine-side.ts';
import { CLUSTER_CA, pinOf } from './pki-files.ts';

export interface InProcessGateway {
  readonly machines: Pick<SimulatedMachines, 'reach'>;
  readonly clusters: Pick<SimulatedClusters, 'handle' | 'exec'>;
  readonly clock: CloudClock;
}

export function inProcessGateway({
  machines,
  clusters,
  clock,
}: InProcessGateway): (access: KubeAccess) => KubeTransport {
  return (access) => {
    const handshake = handshakes(access, clock);
    const connect = (url: URL, rest: Pick<ApiRequest, 'method' | 'headers' | 'body'>) => {
      const reached = machines.reach(url.host);
      if (reached === undefined) throw connectionRefused();
      const identity = handshake(reached, url.hostname);
      return {
        clusterId: reached.id,
        asked: { ...rest, path: url.pathname, query: url.searchParams, ...identity },
      };
    };
    const send: KubeTransport = async (address, { method, headers, body = '' }) => {
      const { clusterId, asked } = connect(new URL(address), { method, headers, body });
      const answer = clusters.handle(clusterId, asked);
      if (answer === undefined) throw connectionRefused();
      return responseOf(answer, clock.wallNow());
    };
    const exec: NonNullable<KubeTransport['exec']> = async (address, { headers, maxBytes }) => {
      const { clusterId, asked } = connect(new URL(address), { method: 'GET', headers, body: '' });
      const outcome = clusters.exec(clusterId, asked);
      if (outcome === undefined) throw connectionRefused();
      if (outcome.kind === 'refused') {
        return { kind: 'refused', answer: responseOf(outcome.answer, clock.wallNow()) };
      }
      const { stdout, stderr, outcome: status } = outcome;
      const size = Buffer.byteLength(stdout) + Buffer.byteLength(stderr) + Buffer.byteLength(status);
      return size > maxBytes ? { kind: 'too-large' } : outcome;
    };
    return Object.assign(send, { exec });
  };
}

type Shown = Pick<ApiRequest, 'identity'>;

/** Clients keep a connection for so long (lib/kube/transport.ts); certificates are looked at when one is made. */
const KEEP_ALIVE_MS = 2_000;

function handshakes(access: KubeAccess, clock: CloudClock): (reached: ReachedCluster, host: string) => Shown {
  const made = new Map<string, { readonly shown: Shown; readonly atMs: number }>();
  return (reached, host) => {
    const wallMs = clock.wallNow();
    const key = `${host}\0${reached.id}\0${reached.keys[CLUSTER_CA] ?? ''}`;
    const kept = made.get(key);
    if (kept && wallMs - kept.atMs < KEEP_ALIVE_MS) return kept.shown;
    checkServer(reached, access, host);
    const identity = shown(reached, access, wallMs);
    made.set(key, { shown: identity, atMs: wallMs });
    return identity;
  };
}

/** Throws what Node's TLS throws. */
function checkServer(reached: ReachedCluster, access: KubeAccess, host: string): void {
  const { certificateAuthority, serverName = host } = access;
  const pin = pinOf(reached.keys[CLUSTER_CA] ?? '');
  if (certificateAuthority === undefined || pinOf(certificateAuthority) !== pin) {
    throw coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate');
  }
  if (!apiNames(reached).includes(serverName)) {
    throw coded('ERR_TLS_CERT_ALTNAME_INVALID', `Host: ${serverName}. is not in the cert's altnames`);
  }
}

function shown(reached: ReachedCluster, { clientCertificate }: KubeAccess, wallMs: number): Shown {
  if (clientCertificate === undefined) return {};
  const certificate = new X509Certificate(clientCertificate.certificate);
  // Who has not got the key cannot finish the handshake.
  if (!certificate.checkPrivateKey(createPrivateKey(clientCertificate.key.reveal()))) {
    throw coded('ECONNRESET', 'the client certificate and its key do not match');
  }
  return { identity: identityOf(reached.keys[CLUSTER_CA] ?? '', certificate, wallMs) };
}

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
