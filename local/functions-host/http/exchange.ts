/**
 * One HTTP exchange with a function, in the two ways that exist: buffered, in which the invocation carries request and
 * response; and streamed (`app.setup({ enableHttpStream: true })`), in which the bytes pass through the library's own
 * HTTP server and the invocation carries only headers and parameters (library: src/http/httpProxy.ts).
 */
import { randomUUID } from 'node:crypto';
import {
  type ClientRequest,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Invocation } from '../core/app.ts';
import type { InvocationResponse } from '../core/contract.ts';
import type { LoadedFunction } from '../core/registry.ts';
import { toTypedData } from '../core/typed-data.ts';
import { limited, readBody } from './body.ts';
import { flatHeaders, toHttpData } from './request-input.ts';
import { answerBare, writeHttpData } from './response.ts';

export interface Exchange {
  readonly fn: LoadedFunction;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly parameters: Readonly<Record<string, string>>;
  readonly bodyLimit: number;
  /** Runs the function with its output bindings; rejects when either fails. */
  readonly invoke: (invocation: Invocation) => Promise<InvocationResponse>;
}

/** How long a streamed answer may lag behind the end of its invocation before it counts as «no answer». */
const STREAM_GRACE_MS = 1_000;

export async function exchangeBuffered(exchange: Exchange): Promise<void> {
  const { fn, request, response, url, parameters } = exchange;
  const body = await readBody(request, exchange.bodyLimit);
  const result = await exchange.invoke({
    ...traceOf(request),
    inputData: [{ name: fn.trigger.bindingName, data: { http: toHttpData(request, url, parameters, body) } }],
  });
  const answer = result.returnValue?.http;
  if (answer === undefined) answerBare(response, 204);
  else writeHttpData(response, answer);
}

export async function exchangeStreamed(exchange: Exchange, proxy: string): Promise<void> {
  const invocationId = randomUUID();
  const upstream = openUpstream(exchange, proxy, invocationId);
  const answered = answerFrom(upstream, exchange.response);
  const sent = sendBody(exchange, upstream);
  try {
    await Promise.all([invokeStreamed(exchange, invocationId), sent]);
  } catch (error) {
    upstream.destroy();
    await answered.catch(() => {});
    throw error;
  }
  await withinGrace(answered, upstream, exchange.response);
}

function openUpstream({ request, url }: Exchange, proxy: string, invocationId: string): ClientRequest {
  return openRequest({
    // The library announces «localhost»; naming the address keeps name resolution out of each request.
    host: '127.0.0.1',
    port: new URL(proxy).port,
    method: request.method,
    path: request.url,
    headers: {
      ...withoutExpect(request),
      'x-ms-invocation-id': invocationId,
      'x-forwarded-host': url.host,
      'x-forwarded-proto': 'http',
    },
  });
}

/** `Expect` is between the client and this host, which has answered it already. */
function withoutExpect({ headers: { expect: _expect, ...headers } }: IncomingMessage) {
  return headers;
}

function invokeStreamed(exchange: Exchange, invocationId: string): Promise<InvocationResponse> {
  const { fn, request, parameters, invoke } = exchange;
  const named = Object.entries(parameters).map(([name, value]) => [name, { string: value }] as const);
  return invoke({
    ...traceOf(request),
    invocationId,
    inputData: [{ name: fn.trigger.bindingName, data: { http: {} } }],
    triggerMetadata: { Headers: toTypedData(flatHeaders(request)), ...Object.fromEntries(named) },
  });
}

/**
 * Ends with the upload or with the connection upstream. Piped by hand: `pipeline` would destroy the client's connection
 * with a refused body, and with it the answer that says so.
 */
function sendBody({ request, bodyLimit }: Exchange, upstream: ClientRequest): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const gate = limited(bodyLimit).once('error', reject);
  request.once('close', () => {
    if (!request.complete) upstream.destroy();
  });
  upstream.once('finish', resolve).once('close', resolve);
  request.pipe(gate).pipe(upstream);
  return promise;
}

async function answerFrom(upstream: ClientRequest, response: ServerResponse): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  upstream.once('response', resolve).on('error', reject);
  upstream.once('close', () => reject(new Error('The function sent no answer')));
  const answer = await promise;
  const {
    'x-ms-invocation-id': _id,
    connection: _connection,
    'keep-alive': _keepAlive,
    ...headers
  } = answer.headers;
  response.writeHead(answer.statusCode ?? 200, headers);
  await pipeline(answer, response);
}

/** A handler that returned nothing leaves the library's connection without an answer; the platform says 204. */
async function withinGrace(answered: Promise<void>, upstream: ClientRequest, response: ServerResponse) {
  const timer = setTimeout(() => {
    if (!response.headersSent) upstream.destroy();
  }, STREAM_GRACE_MS);
  try {
    await answered;
  } catch {
    answerBare(response, 204);
  } finally {
    clearTimeout(timer);
  }
}

function traceOf(request: IncomingMessage): { readonly traceParent?: string } {
  const { traceparent } = request.headers;
  return typeof traceparent === 'string' ? { traceParent: traceparent } : {};
}
