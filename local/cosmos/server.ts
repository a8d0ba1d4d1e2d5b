/**
 * HTTP: reads a request, lets it be refused (no credentials, too large, faults, throughput), has it answered and
 * writes the answer. One request is handled in one turn of the event loop, so requests never interleave.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MISS_CHARGE } from '../../lib/store/request-units.ts';
import type { Catalog } from './catalog.ts';
import { MAX_BYTES } from './definitions.ts';
import { CosmosError, codeOf, tooLarge } from './errors.ts';
import type { Faults, Throughput } from './faults.ts';
import type { Reply, Request } from './messages.ts';
import { QueryError } from './query/tokens.ts';
import { isDataRequest, route } from './routes.ts';

export interface Service {
  readonly catalog: Catalog;
  readonly faults: Faults;
  readonly throughput?: Throughput;
}

/** `lost`: the connection breaks instead. */
interface Answer extends Reply {
  readonly lost?: boolean;
}

/** Room for what a client wraps around a document of the largest size. */
const LARGEST_REQUEST = MAX_BYTES + 64 * 1024;

export function cosmosServer(service: Service): Server {
  return createServer((incoming, response) => {
    void serve(service, incoming, response);
  });
}

async function serve(service: Service, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await read(incoming);
    const reply = answer(service, incoming, body);
    if (reply.lost) incoming.socket.destroy();
    else write(incoming, response, reply);
  } catch {
    // The client went away while it was sending; there is nobody left to answer.
    incoming.socket.destroy();
  }
}

/** Reads to the end even when it is too much: a client that is cut off while sending never sees the answer. */
async function read(incoming: IncomingMessage): Promise<Buffer | { readonly tooLarge: number }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes <= LARGEST_REQUEST) chunks.push(chunk);
  }
  return bytes <= LARGEST_REQUEST ? Buffer.concat(chunks) : { tooLarge: bytes };
}

function answer(
  service: Service,
  incoming: IncomingMessage,
  body: Buffer | { readonly tooLarge: number },
): Answer {
  try {
    if (incoming.headers.authorization === undefined) {
      throw new CosmosError(401, 'Required Header authorization is missing.');
    }
    if (!Buffer.isBuffer(body)) throw tooLarge(body.tooLarge);
    return handle(service, requestOf(incoming, body));
  } catch (error) {
    return refusal(error);
  }
}

function handle({ catalog, faults, throughput }: Service, request: Request): Answer {
  if (!isDataRequest(request)) return route(catalog, request);
  faults.check();
  throughput?.check();
  const reply = route(catalog, request);
  throughput?.charge(reply.charge ?? MISS_CHARGE);
  return { ...reply, lost: faults.takeLostAnswer() };
}

function requestOf(incoming: IncomingMessage, body: Buffer): Request {
  const [path = ''] = (incoming.url ?? '').split('?');
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, value?.toString()]);
  return {
    method: incoming.method ?? 'GET',
    segments: path.split('/').filter(Boolean).map(decodeURIComponent),
    headers: Object.fromEntries(headers),
    text: body.toString(),
  };
}

function refusal(error: unknown): Reply {
  if (error instanceof CosmosError) {
    const { status, message, headers } = error;
    return { status, body: { code: codeOf(status), message }, headers };
  }
  const status = error instanceof QueryError ? 400 : 500;
  const message = error instanceof Error ? error.message : String(error);
  return { status, body: { code: codeOf(status), message } };
}

function write(incoming: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'x-ms-request-charge': String(Math.round((reply.charge ?? MISS_CHARGE) * 100) / 100),
    'x-ms-activity-id': incoming.headers['x-ms-activity-id'] ?? randomUUID(),
    'x-ms-version': '2020-07-15',
    'x-ms-gatewayversion': '2.0.0',
    ...reply.headers,
  });
  response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
}
