/** The library's answer (`RpcHttpData`) written to a socket. */
import type { ServerResponse } from 'node:http';
import type { HttpCookie, HttpData, TypedData } from '../core/contract.ts';

/** Node frames the body itself; what the app says about framing would contradict it. */
const FRAMING = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'trailer',
]);

export function writeHttpData(response: ServerResponse, data: HttpData): void {
  for (const [name, value] of Object.entries(data.headers ?? {})) {
    if (!FRAMING.has(name.toLowerCase())) response.setHeader(name, value);
  }
  const cookies = (data.cookies ?? []).map(serializeCookie);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.statusCode = Number(data.statusCode ?? 200);
  response.end(bodyOf(data.body));
}

/** An answer without a body: what the platform says in its own name. */
export function answerBare(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What a failed handler had set so far says nothing about this answer.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  // RFC 9110, 8.6: no content-length with 204.
  response.writeHead(status, status === 204 ? headers : { 'content-length': 0, ...headers }).end();
}

function bodyOf(body: TypedData | null | undefined): Uint8Array | string {
  return body?.bytes ?? body?.string ?? '';
}

const SAME_SITE = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const;

export function serializeCookie(cookie: HttpCookie): string {
  const { domain, path, expires, maxAge, secure, httpOnly, sameSite = 'none' } = cookie;
  const attributes = [
    domain?.value !== undefined && `Domain=${domain.value}`,
    path?.value !== undefined && `Path=${path.value}`,
    expires?.value?.seconds !== undefined &&
      `Expires=${new Date(expires.value.seconds * 1_000).toUTCString()}`,
    maxAge?.value !== undefined && `Max-Age=${Math.trunc(maxAge.value)}`,
    secure?.value === true && 'Secure',
    httpOnly?.value === true && 'HttpOnly',
    sameSite !== 'none' && `SameSite=${SAME_SITE[sameSite]}`,
  ];
  return [`${cookie.name}=${encodeURIComponent(cookie.value)}`, ...attributes.filter(Boolean)].join('; ');
}
