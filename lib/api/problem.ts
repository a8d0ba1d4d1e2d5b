/**
 * Problems as RFC 9457 wants them. `code` is part of the contract (docs and acceptance.md list the codes); `detail` is a
 * sentence for people. Neither ever holds a secret, a stack or a request's body.
 */
import type { Finding } from '../domain/findings.ts';

/** Each status that we answer errors with, and its title: RFC 9110. */
export const TITLES = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof TITLES;

export interface ProblemItem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface Problem {
  readonly kind: 'problem';
  readonly status: ProblemStatus;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly ProblemItem[];
  readonly headers: Readonly<Record<string, string>>;
}

/** The body as it goes out. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly correlationId: string;
  readonly errors: readonly ProblemItem[];
}

export interface ProblemOptions {
  readonly errors?: readonly ProblemItem[];
  readonly headers?: Readonly<Record<string, string>>;
}

export function problem(
  status: ProblemStatus,
  code: string,
  detail: string,
  options: ProblemOptions = {},
): Problem {
  return {
    kind: 'problem',
    status,
    code,
    detail,
    errors: options.errors ?? [],
    headers: options.headers ?? {},
  };
}

/** `what` is a word for people: `cloud account` gives CLOUD_ACCOUNT_NOT_FOUND. */
export function notFound(what: string): Problem {
  const code = `${what.replaceAll(' ', '_').toUpperCase()}_NOT_FOUND`;
  return problem(404, code, `There is no such ${what} here.`);
}

/**
 * Every error among the findings as one problem: 422 when one of them is, else 409; the code is the only finding's, else
 * VALIDATION_FAILED. `undefined`: nothing is wrong (warnings are no errors).
 */
export function refusal(findings: readonly Finding[]): Problem | undefined {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const [first] = errors;
  if (!first) return undefined;
  const status = errors.some((finding) => (finding.status ?? 422) === 422) ? 422 : 409;
  const only = errors.length === 1;
  return problem(
    status,
    only ? first.code : 'VALIDATION_FAILED',
    only ? first.message : `${errors.length} things are wrong with this request; each is listed in errors.`,
    { errors: errors.map(toItem) },
  );
}

export function toItem(finding: Finding): ProblemItem {
  const { path, code, message, hint } = finding;
  return { path, code, message, ...(hint === undefined ? {} : { hint }) };
}

export function toProblemDocument(
  from: Problem,
  at: { readonly instance: string; readonly correlationId: string },
): ProblemDocument {
  return {
    type: `urn:slipway:problem:${from.code}`,
    title: TITLES[from.status],
    status: from.status,
    code: from.code,
    detail: from.detail,
    instance: at.instance,
    correlationId: at.correlationId,
    errors: from.errors,
  };
}
