/** A request of a socket as the host hands it to the library: `RpcHttpData`, buffered. */
import type { IncomingMessage } from 'node:http';
import type { HttpData, Nullable } from '../core/contract.ts';

/** The URL that the client asked for; undefined when request line or Host header make none. */
export function requestUrl(request: IncomingMessage): URL | undefined {
  const target = request.url ?? '/';
  const host = request.headers.host ?? 'localhost';
  // Joined as text: as a relative reference, a path that starts with two slashes would name a host.
  return URL.parse(target.startsWith('/') ? `http://${host}${target}` : target) ?? undefined;
}

export function toHttpData(
  request: IncomingMessage,
  url: URL,
  parameters: Readonly<Record<string, string>>,
  body: Uint8Array,
): HttpData {
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(flatHeaders(request)),
    nullableParams: nullable(parameters),
    nullableQuery: nullable(flatQuery(url)),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

/** One value per name, as the host sends them: repeated ones joined. */
export function flatHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** Repeated keys are joined by commas, as the host's own `StringValues` are written into its message. */
function flatQuery(url: URL): Readonly<Record<string, string>> {
  const keys = [...new Set(url.searchParams.keys())];
  return Object.fromEntries(keys.map((key) => [key, url.searchParams.getAll(key).join(',')]));
}

function nullable(values: Readonly<Record<string, string>>): Readonly<Record<string, Nullable<string>>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}
