/**
 * The simulated clusters on the network, behind one HTTPS port. HTTPS, because kubectl sends no token over plain HTTP.
 * Where no API server would answer, the connection is cut without an answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { type ListeningServer, listenOn, readRequest, writeAnswer } from './http-exchange.ts';
import { routed } from './in-process.ts';
import type { ServerIdentity } from './server-identity.ts';
import type { SimulatedClusters } from './simulated-clusters.ts';

export interface ServeOptions {
  readonly clusters: SimulatedClusters;
  readonly identity: ServerIdentity;
  /** 0: any free one. */
  readonly port: number;
  readonly host?: string;
}

export async function serveClusters({
  clusters,
  identity,
  port,
  host,
}: ServeOptions): Promise<ListeningServer> {
  const server = createServer({ cert: identity.certificate, key: identity.key }, (request, response) => {
    respond(clusters, request, response).catch(() => request.socket.destroy());
  });
  return listenOn(server, port, host);
}

async function respond(
  clusters: SimulatedClusters,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url, ...rest } = await readRequest(request);
  const to = routed(url, rest);
  const answer = to === undefined ? undefined : clusters.handle(to.clusterId, to.request);
  if (answer === undefined) request.socket.destroy();
  else writeAnswer(response, answer);
}
