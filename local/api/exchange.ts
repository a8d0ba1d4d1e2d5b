/** Requests and answers of `/local/...`: small JSON bodies, and problems in the shape of the API's own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';

const MAX_BYTES = 64 * 1024;

export class LocalProblem extends Error {
  override readonly name = 'LocalProblem';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  body(instance: string): Readonly<Record<string, unknown>> {
    const { status, code, message } = this;
    return { type: 'about:blank', title: code, status, code, detail: message, instance };
  }
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json',
): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

/** Throws LocalProblem: 400 for what is no JSON, 413 for too much, 422 for the wrong shape. */
export async function readJson<T>(request: IncomingMessage, shape: z.ZodType<T>): Promise<T> {
  const parsed = shape.safeParse(parse(await readText(request)));
  if (parsed.success) return parsed.data;
  const words = parsed.error.issues.map((issue) => `${issue.path.join('/') || 'body'}: ${issue.message}`);
  throw new LocalProblem(422, 'VALIDATION_FAILED', words.join('; '));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new LocalProblem(413, 'TOO_LARGE', `At most ${MAX_BYTES} bytes.`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LocalProblem(400, 'MALFORMED_JSON', 'The body is not JSON.');
  }
}
