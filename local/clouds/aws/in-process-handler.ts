/** The way from an AWS SDK client to the simulator without a socket: the same bytes, no network. */
import type { HttpHandlerOptions, HttpRequest, HttpResponse, RequestHandler } from '@smithy/types';
import type { SimHandler, SimRequest } from '../kit/wire.ts';

export function inProcessHandler(simulator: {
  readonly handle: SimHandler;
}): RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions> {
  return {
    async handle(request) {
      const answer = simulator.handle(plainRequest(request));
      if (answer === 'cut')
        throw Object.assign(new Error('The connection was reset.'), { code: 'ECONNRESET' });
      const { status, headers, body } = answer;
      return {
        response: { statusCode: status, headers: { ...headers }, body: new TextEncoder().encode(body) },
      };
    },
  };
}

function plainRequest({ method, hostname, path, query = {}, headers, body }: HttpRequest): SimRequest {
  const search = new URLSearchParams(
    Object.fromEntries(
      Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
  ).toString();
  return {
    method,
    url: `http://${hostname}${path}${search === '' ? '' : `?${search}`}`,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: textOf(body),
  };
}

function textOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  // The decoder is the one reader that the SDK's own kind of bytes does not warn of.
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new Error('Only text bodies reach the simulated AWS.');
}
