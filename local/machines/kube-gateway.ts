/**
 * The way to API servers behind simulated load balancers, whose names resolve nowhere: one port, TLS as on the real
 * ones. Whom a connection is for says its server name; the certificate is signed by the cluster's own authority, and
 * whoever connects is known by a client certificate. Where the cloud would let nobody through, the connection is cut.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { CloudClock } from '../clouds/kit/clock.ts';
import { execSockets } from '../kube/exec-sockets.ts';
import { headOf, type ListeningServer, listenOn, readRequest, writeAnswer } from '../kube/http-exchange.ts';
import type { ApiRequest } from '../kube/request.ts';
import type { SimulatedClusters } from '../kube/simulated-clusters.ts';
import { apiNames } from './api-names.ts';
import { identityOf } from './client-identity.ts';
import type { ReachedCluster, SimulatedMachines } from './machine-side.ts';
import { CLUSTER_CA, CLUSTER_CA_KEY } from './pki-files.ts';
import { servingCertificate } from './serving-certificate.ts';

export interface GatewayOptions {
  readonly machines: Pick<SimulatedMachines, 'reach'>;
  readonly clusters: Pick<SimulatedClusters, 'handle' | 'exec'>;
  readonly clock: CloudClock;
  /** 0: any free one. */
  readonly port: number;
}

/** The only port of API servers that load balancers have. */
const API_PORT = 6443;

export async function startKubeGateway(options: GatewayOptions): Promise<ListeningServer> {
  const contexts = servingContexts(options.clock);
  const sockets = execSockets();
  const server = createServer({
    requestCert: true,
    // Unknown certificates are the API server's to refuse, with an answer.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    SNICallback(name, callback) {
      const reached = options.machines.reach(`${name}:${API_PORT}`);
      // With an error the connection is cut before it is one.
      if (reached === undefined) callback(new Error(`Nobody listens at ${name}`));
      else contexts(reached).then((context) => callback(null, context), callback);
    },
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    respond(options, request, response).catch(() => request.socket.destroy());
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const to = addressed(options, request.socket);
    const { url, ...rest } = headOf(request);
    const asked = { ...rest, path: url.pathname, query: url.searchParams, ...to?.identity };
    const outcome = to && options.clusters.exec(to.clusterId, asked);
    if (outcome === undefined) socket.destroy();
    else sockets.answer(outcome, request, socket, head);
  });
  return listenOn(server, options.port);
}

async function respond(
  options: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url, ...rest } = await readRequest(request);
  const to = addressed(options, request.socket);
  const asked = { ...rest, path: url.pathname, query: url.searchParams, ...to?.identity };
  const answer = to && options.clusters.handle(to.clusterId, asked);
  if (answer === undefined) request.socket.destroy();
  else writeAnswer(response, answer);
}

interface Addressed {
  readonly clusterId: string;
  readonly identity: Pick<ApiRequest, 'identity'>;
}

/** Asked anew for each request: connections are kept open longer than machines live. */
function addressed({ machines, clock }: GatewayOptions, socket: unknown): Addressed | undefined {
  if (!(socket instanceof TLSSocket) || typeof socket.servername !== 'string') return undefined;
  const reached = machines.reach(`${socket.servername}:${API_PORT}`);
  if (reached === undefined) return undefined;
  const shown = socket.getPeerX509Certificate();
  const identity =
    shown === undefined
      ? {}
      : { identity: identityOf(reached.keys[CLUSTER_CA] ?? '', shown, clock.wallNow()) };
  return { clusterId: reached.id, identity };
}

/** Made once for a cluster; a cluster that was made anew has another authority. */
function servingContexts(clock: CloudClock): (reached: ReachedCluster) => Promise<SecureContext> {
  const made = new Map<string, Promise<SecureContext>>();
  return (reached) => {
    const names = apiNames(reached);
    const authority = {
      certificate: reached.keys[CLUSTER_CA] ?? '',
      key: reached.keys[CLUSTER_CA_KEY] ?? '',
    };
    const key = createHash('sha256').update(`${authority.certificate}\0${names.join()}`).digest('hex');
    const context = made.get(key) ?? newContext(authority, names, clock);
    made.set(key, context);
    return context;
  };
}

async function newContext(
  authority: Parameters<typeof servingCertificate>[0],
  names: readonly string[],
  clock: CloudClock,
): Promise<SecureContext> {
  const { certificate, key } = await servingCertificate(authority, names, clock.wallNow());
  return createSecureContext({ cert: certificate, key });
}
