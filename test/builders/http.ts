/** Requests as the Functions runtime makes them, and answers read back. */
import { type HttpMethod, HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { agentInbox } from '../../lib/agents/inbox.ts';
import type { Authenticator, Caller, Role } from '../../lib/api/auth/caller.ts';
import { PROJECT_ID, projectAddress } from '../../lib/api/auth/grants.ts';
import type { ApiDeps } from '../../lib/api/contract.ts';
import type { Endpoint } from '../../lib/api/endpoint.ts';
import { fail } from '../../lib/domain/errors.ts';
import type { Timers } from '../../lib/domain/ports.ts';
import type { ConnectWorkloadApi } from '../../lib/kube/port.ts';
import { passDeps } from '../../lib/reconcile/engine.ts';
import { someDeps, type TestDeps } from './deps.ts';

export interface RequestParts {
  readonly method?: HttpMethod;
  readonly path?: string;
  readonly params?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** Serialised as JSON unless it is a string. */
  readonly body?: unknown;
}

export function aRequest(parts: RequestParts = {}): HttpRequest {
  const { method = 'GET', path = '/api/v1/test', params = {}, body } = parts;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new HttpRequest({
    method,
    url: `http://localhost${path}`,
    params,
    query: Object.fromEntries(new URL(path, 'http://localhost').searchParams),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...parts.headers },
    ...(text === undefined ? {} : { body: { string: text } }),
  });
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export async function send(deps: ApiDeps, endpoint: Endpoint, parts: RequestParts = {}): Promise<Received> {
  const method = parts.method ?? endpoint.contract.method;
  const context = new InvocationContext({ functionName: endpoint.contract.name });
  return received(await endpoint.handle(deps, aRequest({ ...parts, method }), context));
}

/** Routes as the host does: the first of these that takes the path, its parameters decoded. */
export function sendTo(
  deps: ApiDeps,
  endpoints: readonly Endpoint[],
  method: string,
  { path = '', ...parts }: RequestParts,
): Promise<Received> {
  const { pathname } = new URL(path, 'http://localhost');
  for (const endpoint of endpoints) {
    const pattern = `^/api/${endpoint.contract.route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`;
    const match = endpoint.contract.method === method ? new RegExp(pattern).exec(pathname) : null;
    if (!match) continue;
    const params = Object.entries(match.groups ?? {}).map(([key, text]) => [key, decodeURIComponent(text)]);
    return send(deps, endpoint, { ...parts, path, params: Object.fromEntries(params) });
  }
  throw new Error(`No route takes ${method} ${path}`);
}

function received({ status = 200, headers, body }: HttpResponseInit): Received {
  const text = typeof body === 'string' ? body : undefined;
  const received = new Headers(headers);
  const isJson = /json/.test(received.get('content-type') ?? '');
  return { status, headers: received, body: text !== undefined && isJson ? JSON.parse(text) : text };
}

/** `Bearer <subject>:<role>@<project>` is a token here: what a real one proves, written down. */
export const plainTokens: Authenticator = {
  async authenticate(authorization) {
    const token = /^Bearer ([^:]+):(viewer|editor|admin|none)@(.+)$/.exec(authorization ?? '');
    if (!token?.[1] || !token[2] || !token[3]) return undefined;
    const roles: Caller['roles'] = isRole(token[2]) ? { [token[3]]: token[2] } : {};
    return { subject: token[1], kind: 'user', roles };
  },
};

export const bearer = (who: string) => ({ authorization: `Bearer ${who}` });

function isRole(word: string): word is Role {
  return word !== 'none';
}

const noWorkload: ConnectWorkloadApi = () =>
  fail({ code: 'Unavailable', message: 'no cluster behind this test', source: 'test' });

/** Windows that close before anything else happens. */
const noWait: Timers = { after: (_ms, run) => queueMicrotask(run) };

export type TestApiDeps = TestDeps & ApiDeps;

/** With a project `default`. */
export async function someApiDeps(): Promise<TestApiDeps> {
  const base = someDeps();
  const deps = {
    ...passDeps(base),
    ...base,
    authenticator: plainTokens,
    connectWorkload: noWorkload,
    inbox: agentInbox({ ...base, timers: noWait, windowMs: 0 }),
  };
  await deps.store.upsert(projectAddress('default'), { id: PROJECT_ID, type: 'project' });
  return deps;
}
