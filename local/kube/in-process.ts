/** The simulated clusters as a transport of the workload API client: no socket, no encryption, same bytes. */
import type { KubeTransport } from '../../lib/kube/transport.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';
import type { SimulatedClusters } from './simulated-clusters.ts';

export interface RoutedRequest {
  readonly clusterId: string;
  readonly request: ApiRequest;
}

/** `/clusters/<id>/<path of the API>`; `undefined` for anything else. */
export function routed(
  url: URL,
  rest: Pick<ApiRequest, 'method' | 'headers' | 'body'>,
): RoutedRequest | undefined {
  const [, clusterId, path] = /^\/clusters\/([A-Za-z0-9._-]{1,128})(\/.*)$/.exec(url.pathname) ?? [];
  if (clusterId === undefined || path === undefined) return undefined;
  return { clusterId, request: { ...rest, path, query: url.searchParams } };
}

export function textOf({ body }: ApiAnswer): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

export function inProcessTransport(clusters: SimulatedClusters, now: () => number): KubeTransport {
  return async (url, { method, headers, body = '' }) => {
    const to = routed(new URL(url), { method, headers, body });
    const answer = to === undefined ? undefined : clusters.handle(to.clusterId, to.request);
    if (answer === undefined) throw connectionRefused();
    return responseOf(answer, now());
  };
}

export const connectionRefused = (): Error =>
  Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

export function responseOf(answer: ApiAnswer, nowMs: number): Response {
  return new Response(textOf(answer), {
    status: answer.status,
    headers: { date: new Date(nowMs).toUTCString(), ...answer.headers },
  });
}
