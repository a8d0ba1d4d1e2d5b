/**
 * The simulated clusters on the network, behind one HTTPS port. HTTPS, because kubectl sends no token over plain HTTP.
 * Where no API server would answer, the connection is cut without an answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { routed, textOf } from './in-process.ts';
import type { ServerIdentity } from './server-identity.ts';
import type { SimulatedClusters } from './simulated-clusters.ts';

/** As API servers: 3 MiB. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

export interface ClusterServer {
  readonly port: number;
  close(): Promise<void>;
}

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
}: ServeOptions): Promise<ClusterServer> {
  const server = createServer({ cert: identity.certificate, key: identity.key }, (request, response) => {
    respond(clusters, request, response).catch(() => request.socket.destroy());
  });
  await listen(server, port, host ?? '127.0.0.1');
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
}

async function respond(
  clusters: SimulatedClusters,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', 'https://localhost');
  const { authorization, 'content-type': contentType, 'user-agent': userAgent } = request.headers;
  const headers = { authorization, 'content-type': contentType, 'user-agent': userAgent };
  const to = routed(url, { method: request.method ?? 'GET', headers, body });
  const answer = to === undefined ? undefined : clusters.handle(to.clusterId, to.request);
  if (answer === undefined) {
    request.socket.destroy();
    return;
  }
  const type = typeof answer.body === 'string' ? 'text/plain' : 'application/json';
  response.writeHead(answer.status, { 'content-type': type, ...answer.headers }).end(textOf(answer));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
