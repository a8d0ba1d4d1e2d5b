/**
 * The HTTP front of the host: one loopback port for local routes first, then the app's functions. Owns the answers that
 * the platform gives in its own name (400, 401, 404, 405, 413, 500), all without a body.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionApp, Invocation } from '../core/app.ts';
import type { InFlight } from '../in-flight.ts';
import { InvocationFailedError, type Invoke } from '../run-invocation.ts';
import { announcesTooMuch, BodyTooLargeError } from './body.ts';
import { type Exchange, exchangeBuffered, exchangeStreamed } from './exchange.ts';
import { type FunctionKeys, isAllowed } from './keys.ts';
import { requestUrl } from './request-input.ts';
import { answerBare } from './response.ts';
import type { RouteMatch, RouteTable } from './route-table.ts';

/** Serves what is not a function's; true when it has taken the request. */
export type ExtraRoutes = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface HttpFrontOptions {
  readonly app: FunctionApp;
  readonly routes: RouteTable;
  readonly invoke: Invoke;
  readonly inFlight: InFlight;
  readonly bodyLimit: number;
  readonly keys: FunctionKeys | undefined;
  readonly extraRoutes: ExtraRoutes | undefined;
}

export interface HttpFront {
  readonly port: number;
  /** Takes no new request; the ones under way go on. */
  stopAccepting(): void;
  close(): Promise<void>;
}

const FLUSH_MS = 250;

export async function startHttpFront(options: HttpFrontOptions, port: number): Promise<HttpFront> {
  const server = createServer((request, response) => {
    void answer(options, request, response);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  // Loopback only: local mode has no keys and its /local routes hand out tokens.
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  const closed = once(server, 'close');
  return {
    port: portOf(server),
    stopAccepting: () => void server.close(),
    async close() {
      server.closeIdleConnections();
      // Answers that are written but not yet sent get a moment; then clients that keep a connection open are cut.
      await Promise.race([closed, sleep(FLUSH_MS, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The HTTP front has no port');
  return address.port;
}

async function answer(options: HttpFrontOptions, request: IncomingMessage, response: ServerResponse) {
  try {
    if (await options.extraRoutes?.(request, response)) return;
    const url = requestUrl(request);
    if (url === undefined) return answerBare(response, 400);
    await dispatch(options, request, response, url);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return answerBare(response, 413);
    if (!(error instanceof InvocationFailedError)) {
      options.app.log({ level: 'error', category: 'system', message: `Request failed: ${String(error)}` });
    }
    answerBare(response, 500);
  }
}

async function dispatch(
  options: HttpFrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const match = options.routes.find(request.method ?? 'GET', url.pathname);
  switch (match.kind) {
    case 'malformed':
      return answerBare(response, 400);
    case 'not-found':
      return answerBare(response, 404);
    case 'method-not-allowed':
      return answerBare(response, 405, { allow: match.allow });
    case 'options':
      return answerBare(response, 204, { allow: match.allow });
    case 'found':
      return runFunction(options, match, { request, response, url });
  }
}

async function runFunction(
  options: HttpFrontOptions,
  { fn, authLevel, parameters }: Extract<RouteMatch, { kind: 'found' }>,
  { request, response, url }: Pick<Exchange, 'request' | 'response' | 'url'>,
): Promise<void> {
  const { app, bodyLimit, keys } = options;
  if (!isAllowed(authLevel, request, url, keys)) return answerBare(response, 401);
  if (announcesTooMuch(request, bodyLimit)) throw new BodyTooLargeError(`More than ${bodyLimit} bytes`);
  const invoke = (invocation: Invocation) => options.invoke(fn, invocation);
  const exchange: Exchange = { fn, request, response, url, parameters, bodyLimit, invoke };
  const { httpUri } = app;
  await options.inFlight.run(() =>
    httpUri === undefined ? exchangeBuffered(exchange) : exchangeStreamed(exchange, httpUri),
  );
}
