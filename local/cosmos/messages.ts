/** A request and its answer as the routes see them: parsed, and without sockets. */
import type { z } from 'zod';
import { badRequest } from './errors.ts';

export interface Request {
  readonly method: string;
  /** Parts of the path, decoded: `dbs`, `slipway`, `colls`. */
  readonly segments: readonly string[];
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Request units; 1 when absent. */
  readonly charge?: number;
}

/** Throws 400 when the body is not JSON or not of this shape. */
export function bodyOf<T extends z.ZodType>(request: Request, schema: T): z.infer<T> {
  const parsed = schema.safeParse(jsonOf(request.text));
  if (parsed.success) return parsed.data;
  throw badRequest(`The request payload is invalid: ${parsed.error.issues[0]?.message ?? 'unknown'}.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The request payload is not JSON.');
  }
}

export function flag(request: Request, header: string): boolean {
  return request.headers[header]?.toLowerCase() === 'true';
}

export function isQuery(request: Request): boolean {
  const type = request.headers['content-type'] ?? '';
  return flag(request, 'x-ms-documentdb-isquery') || type.includes('query+json');
}

/** A list of resources, under the name that the protocol has for it. */
export function feed(
  name: string,
  items: readonly unknown[],
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status: 200,
    body: { _rid: '', [name]: items, _count: items.length },
    headers: { 'x-ms-item-count': String(items.length), ...headers },
  };
}
