/** The last step of every request: an answer becomes HTTP. Conditional reads and the headers that all answers carry. */
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Answer, Success } from './answer.ts';
import { matchesNone } from './etag.ts';
import { toProblemDocument } from './problem.ts';

/** Answers are for the caller alone and are never rendered: OWASP REST Security Cheat Sheet, «Security Headers». */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

export function respond(answer: Answer, request: HttpRequest, correlationId: string): HttpResponseInit {
  const headers = { ...answer.headers, ...SECURITY_HEADERS, 'x-correlation-id': correlationId };
  if (answer.kind === 'success') return succeed(answer, request, headers);
  const document = toProblemDocument(answer, { instance: new URL(request.url).pathname, correlationId });
  return {
    status: answer.status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify(document),
  };
}

function succeed(answer: Success, request: HttpRequest, common: Record<string, string>): HttpResponseInit {
  const headers = { ...common, ...(answer.etag === undefined ? {} : { etag: answer.etag }) };
  if (isUnchanged(answer, request)) return { status: 304, headers };
  if (answer.body === undefined) return { status: answer.status, headers };
  return {
    status: answer.status,
    headers: { ...headers, 'content-type': answer.contentType ?? 'application/json; charset=utf-8' },
    body: typeof answer.body === 'string' && answer.contentType ? answer.body : JSON.stringify(answer.body),
  };
}

function isUnchanged(answer: Success, request: HttpRequest): boolean {
  return (
    request.method === 'GET' &&
    answer.status === 200 &&
    answer.etag !== undefined &&
    !matchesNone(request.headers.get('if-none-match'), answer.etag)
  );
}
