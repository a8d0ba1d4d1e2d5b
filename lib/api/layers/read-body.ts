/** The body, from bytes to JSON: 413 too large or too deep, 415 not JSON by its label, 400 not JSON. */
import type { HttpRequest } from '@azure/functions';
import type { RouteDescription } from '../contract.ts';
import type { ApiLayer } from '../exchange.ts';
import { jsonShape } from '../json-shape.ts';
import { type Problem, problem } from '../problem.ts';

const KIB = 1024;
export const BODY_LIMIT_BYTES = 256 * KIB;
/** For bodies that carry pack values. */
export const LARGE_BODY_LIMIT_BYTES = 1024 * KIB;
export const DEPTH_LIMIT = 32;

export function readBody<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'read-body',
    async before({ event }) {
      if (!takesBody(event.contract)) return undefined;
      const read = await readJson(event.request, event.contract);
      if ('problem' in read) return read.problem;
      event.rawBody = read.value;
      return undefined;
    },
  };
}

function takesBody(contract: RouteDescription): boolean {
  return contract.body !== undefined || contract.lenientBody !== undefined;
}

type Read<V> = { readonly value: V } | { readonly problem: Problem };

async function readJson(request: HttpRequest, contract: RouteDescription): Promise<Read<unknown>> {
  const limit = contract.bodyLimitBytes ?? BODY_LIMIT_BYTES;
  const bytes = await readBytes(request, limit);
  if ('problem' in bytes) return bytes;
  if (bytes.value.length === 0 && contract.bodyOptional) return { value: {} };
  if (!isJson(request.headers.get('content-type'), contract.method)) {
    return { problem: problem(415, 'CONTENT_TYPE_UNSUPPORTED', 'Send the body as application/json.') };
  }
  return parseJson(bytes.value);
}

async function readBytes(request: HttpRequest, limit: number): Promise<Read<Buffer>> {
  const tooLarge = { problem: problem(413, 'BODY_TOO_LARGE', `The body may have ${limit} bytes at most.`) };
  if (Number(request.headers.get('content-length') ?? 0) > limit) return tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limit) return tooLarge;
    chunks.push(Buffer.from(chunk));
  }
  return { value: Buffer.concat(chunks) };
}

/** JSON merge patch has a label of its own: RFC 7396. */
function isJson(contentType: string | null, method: string): boolean {
  const [type, ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) return false;
  return type === 'application/json' || (type === 'application/merge-patch+json' && method === 'PATCH');
}

function parseJson(bytes: Buffer): Read<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    return { problem: problem(400, 'JSON_INVALID', 'The body is not JSON in UTF-8.') };
  }
  const shape = jsonShape(value);
  if (shape.depth > DEPTH_LIMIT) {
    return {
      problem: problem(413, 'BODY_TOO_DEEP', `The body may be nested ${DEPTH_LIMIT} levels deep at most.`),
    };
  }
  if (shape.hasForbiddenKey) {
    return { problem: problem(400, 'JSON_INVALID', 'The body has a key that no object may have.') };
  }
  return { value };
}
