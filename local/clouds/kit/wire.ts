/**
 * How requests reach a simulator: as plain values, whether they came over a socket or from a client in the same
 * process. `'cut'` stands for a connection that breaks before the answer, which is how an outcome becomes unknown.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface SimRequest {
  readonly method: string;
  /** Absolute, or a path with its query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SimResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type SimAnswer = SimResponse | 'cut';
export type SimHandler = (request: SimRequest) => SimAnswer;

export interface SimServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves a simulator on the loopback interface; port 0 takes a free one. */
export async function serve(handler: SimHandler, port = 0): Promise<SimServer> {
  const server = createServer((req, res) => void answer(handler, req, res));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(handler: SimHandler, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of req) chunks.push(chunk);
  } catch {
    // The client went away while it was sending: there is nobody to answer.
    return;
  }
  const result = handler({
    method: req.method ?? 'GET',
    url: req.url ?? '/',
    headers: flat(req),
    body: Buffer.concat(chunks).toString('utf8'),
  });
  if (result === 'cut') {
    res.destroy();
    return;
  }
  res.writeHead(result.status, result.headers).end(result.body);
}

function flat(req: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
