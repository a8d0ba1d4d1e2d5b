/**
 * How bytes get to an API server. A transport is the part of `fetch` that the client uses, so that simulations answer
 * in process without sockets; the real one is undici's with the kubeconfig's trust anchors and client certificate.
 * Redirects are never followed: an API server has none, and one that sends some would collect our credentials.
 */
import { Agent, buildConnector, fetch } from 'undici';
import { CONNECT_TIMEOUT_MS, dialled, tlsOptions } from './dial.ts';
import { socketExec } from './exec-socket.ts';
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

/** A program in a container: `POST .../pods/<pod>/exec?command=...&container=...&stdout=true&stderr=true`, upgraded. */
export interface KubeExecRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the connection, whatever the program is doing. */
  readonly signal: AbortSignal;
  /** Standard output, standard error and the outcome together. */
  readonly maxBytes: number;
}

export type KubeExecAnswer =
  | {
      readonly kind: 'ran';
      readonly stdout: string;
      readonly stderr: string;
      /** The error channel: a Status as JSON, `Success`, or `Failure` with the cause `ExitCode`. */
      readonly outcome: string;
    }
  /** The API server answered plain HTTP instead of upgrading: no such pod, no such right. */
  | { readonly kind: 'refused'; readonly answer: KubeTransportAnswer }
  | { readonly kind: 'too-large' };

/** Rejects when no answer came, or half of one; every answer resolves. */
export type KubeExec = (url: string, request: KubeExecRequest) => Promise<KubeExecAnswer>;

export interface KubeTransport {
  /** Rejects when no answer came; every answer, whatever its status, resolves. */
  (url: string, request: KubeTransportRequest): Promise<KubeTransportAnswer>;
  /** Only clusters that we run ourselves are asked for it: `Object.assign(transport, { exec })`. */
  readonly exec?: KubeExec;
}

/** Wall milliseconds. A pass lasts seconds and opens its own connection; nobody closes it, so it must end by itself. */
const KEEP_ALIVE_MS = 2_000;
/** One cluster never takes more sockets than this from the worker's share. */
const CONNECTIONS = 4;

/** `gateway`: `host:port` to dial for API servers behind AWS load balancers; local mode only. */
export function tlsTransport(access: KubeAccess, gateway = ''): KubeTransport {
  const connector = buildConnector({ timeout: CONNECT_TIMEOUT_MS, ...tlsOptions(access) });
  const dispatcher = new Agent({
    connections: CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connect: (options, callback) => {
      const { host, port } = dialled(options.hostname, options.port, gateway);
      // `host` stays: the certificate is asked for, and checked, by the API server's own name.
      connector({ ...options, hostname: host, port }, callback);
    },
  });
  const send = (url: string, request: KubeTransportRequest) => fetch(url, { ...request, dispatcher });
  return Object.assign(send, { exec: socketExec(access, gateway) });
}
