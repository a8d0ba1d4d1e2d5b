/**
 * How bytes get to an API server. A transport is the part of `fetch` that the client uses, so that simulations answer
 * in process without sockets; the real one is undici's with the kubeconfig's trust anchors and client certificate.
 * Redirects are never followed: an API server has none, and one that sends some would collect our credentials.
 */
import { Agent, fetch } from 'undici';
import type { KubeAccess } from './kubeconfig.ts';

export interface KubeTransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly redirect: 'manual';
  /** Ends the request, the reading of its answer included. */
  readonly signal: AbortSignal;
}

/** Satisfied by the `Response` of fetch. */
export interface KubeTransportAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Rejects when no answer came; every answer, whatever its status, resolves. */
export type KubeTransport = (url: string, request: KubeTransportRequest) => Promise<KubeTransportAnswer>;

/** Wall milliseconds. A pass lasts seconds and opens its own connection; nobody closes it, so it must end by itself. */
const KEEP_ALIVE_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** One cluster never takes more sockets than this from the worker's share. */
const CONNECTIONS = 4;

export function tlsTransport(access: KubeAccess): KubeTransport {
  const { certificateAuthority: ca, serverName: servername, clientCertificate } = access;
  const dispatcher = new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connect: {
      timeout: CONNECT_TIMEOUT_MS,
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca }),
      ...(servername === undefined ? {} : { servername }),
      ...(clientCertificate === undefined
        ? {}
        : { cert: clientCertificate.certificate, key: clientCertificate.key.reveal() }),
    },
  });
  return (url, request) => fetch(url, { ...request, dispatcher });
}
