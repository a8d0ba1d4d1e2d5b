/** HTTP requests as API requests, and API answers as HTTP responses: shared by the servers of simulated clusters. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { textOf } from './in-process.ts';
import type { ApiAnswer, ApiRequest } from './request.ts';

/** As API servers: 3 MiB. */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

export interface ReadRequest extends Pick<ApiRequest, 'method' | 'headers' | 'body'> {
  readonly url: URL;
}

/** Rejects when the body is too large. */
export async function readRequest(request: IncomingMessage): Promise<ReadRequest> {
  return { ...headOf(request), body: await readBody(request) };
}

/** What is known before the body comes. */
export function headOf(request: IncomingMessage): ReadRequest {
  const { authorization, 'content-type': contentType, 'user-agent': userAgent } = request.headers;
  return {
    url: new URL(request.url ?? '/', 'https://localhost'),
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': contentType, 'user-agent': userAgent },
    body: '',
  };
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

const typeOf = ({ body }: ApiAnswer): string =>
  typeof body === 'string' ? 'text/plain' : 'application/json';

export function writeAnswer(response: ServerResponse, answer: ApiAnswer): void {
  response
    .writeHead(answer.status, { 'content-type': typeOf(answer), ...answer.headers })
    .end(textOf(answer));
}

/** In place of an upgrade that was asked for. */
export function writeRefusal(socket: Duplex, answer: ApiAnswer): void {
  const body = Buffer.from(textOf(answer));
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    `content-type: ${typeOf(answer)}`,
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
}

export interface ListeningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** `port`: 0 for any free one. Rejects when it is taken. */
export async function listenOn(server: Server, port: number, host = '127.0.0.1'): Promise<ListeningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
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
