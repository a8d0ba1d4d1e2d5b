/**
 * The way to an API server that a KubeConfig describes: its own service account inside a cluster, or any kubeconfig.
 * The Kubernetes client knows how to authenticate; connections are ours, because it would open a new one per request.
 */
import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, fetch } from 'undici';
import type { Http, HttpRequest } from '../ports.ts';
import { answerOf } from '../server/outbound.ts';

const TIMEOUT_MS = 30_000;
/** A page of 250 nodes with their images is some 5 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

type Trust = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;

/** Throws when the KubeConfig names no cluster. The API server is never asked through a proxy of the environment. */
export function kubeConfigHttp(config: KubeConfig): Http {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('The kubeconfig names no cluster.');
  const dispatcherFor = dispatchers();
  return async ({ method, url, headers, body, signal }: HttpRequest) => {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const answer = await fetch(`${cluster.server.replace(/\/$/, '')}${url}`, {
      method,
      headers: { ...headers, ...authorization(options) },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      dispatcher: dispatcherFor(options),
    });
    return answerOf(answer, MAX_ANSWER_BYTES);
  };
}

function authorization({ headers, auth }: RequestOptions): Record<string, string> {
  if (auth) return { authorization: `Basic ${Buffer.from(auth).toString('base64')}` };
  const { Authorization } = { ...headers } as Readonly<Record<string, unknown>>;
  return typeof Authorization === 'string' ? { authorization: Authorization } : {};
}

/** One pool of connections for as long as keys and certificates stay the same. */
function dispatchers(): (trust: Trust) => Agent {
  let current: { readonly key: string; readonly agent: Agent } | undefined;
  return ({ ca, cert, key, rejectUnauthorized, servername }) => {
    const connect = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(servername === undefined ? {} : { servername }),
    };
    const named = Object.values(connect).map(String).join('\n');
    if (current?.key !== named) {
      void current?.agent.close();
      current = { key: named, agent: new Agent({ connect, connections: 8 }) };
    }
    return current.agent;
  };
}
