/**
 * The one table from an API server's answers to our words. Nothing else in lib/ reads a Kubernetes status code, with
 * one exception that is part of the eviction API itself: drain.ts knows its 500 for a pod with two budgets.
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/ and
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md
 */
import { z } from 'zod';
import type { CloudError, CloudErrorCode } from '../domain/errors.ts';

/** A failed call with what the eviction API needs to know of it. Fits wherever a CloudError does. */
export interface KubeError extends CloudError {
  /** HTTP status; absent when no answer came. */
  readonly status?: number;
  /** `details.causes[].reason` of the Status. */
  readonly causes: readonly string[];
}

export interface FailedAnswer {
  readonly operation: string;
  readonly write: boolean;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

/** https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#Status; every field may be missing. */
const Status = z.object({
  message: z.string().catch(''),
  reason: z.string().catch(''),
  details: z
    .object({
      retryAfterSeconds: z.number().nonnegative().max(86_400).optional().catch(undefined),
      causes: z
        .array(z.object({ reason: z.string().catch('') }))
        .max(100)
        .catch([]),
    })
    .catch({ causes: [] }),
});

/** People read these; a server may send anything. */
const MAX_MESSAGE = 300;

export function fromAnswer(answer: FailedAnswer): KubeError {
  const status = parseStatus(answer.body);
  const code = codeOf(answer.status);
  const retryAfterMs = retryAfter(answer.retryAfter, status.details.retryAfterSeconds);
  const words = plain(status.message) || `The API server answered ${answer.status}`;
  return {
    code,
    message: words,
    status: answer.status,
    causes: status.details.causes.map((cause) => cause.reason),
    source: `kube:${answer.operation}:${plain(status.reason) || answer.status}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(answer.write && answer.status >= 500 ? { outcomeUnknown: true } : {}),
  };
}

function codeOf(status: number): CloudErrorCode {
  if (status === 401 || status === 403) return 'Unauthorized';
  if (status === 404) return 'NotFound';
  // 410: a list's continue token expired; starting over is the cure, as for any conflict.
  if (status === 409 || status === 410) return 'Conflict';
  if (status === 429) return 'Throttled';
  if (status >= 500 || status === 408) return 'Unavailable';
  if (status >= 400) return 'InvalidRequest';
  return 'Unknown';
}

/** The Status cause by which a disruption budget's refusal differs from a throttle: both are 429. */
const BUDGET_CAUSE = 'DisruptionBudget';

export function isBudgetRefusal(error: KubeError): boolean {
  return error.status === 429 && error.causes.includes(BUDGET_CAUSE);
}

/** What the socket layer calls failures that end before the first byte of a request is sent. */
const NOT_SENT = {
  ECONNREFUSED: 'refuses connections',
  ENOTFOUND: 'has a name that does not resolve',
  EAI_AGAIN: 'has a name that does not resolve now',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'does not accept connections in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate that the kubeconfig does not trust',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate that the kubeconfig does not trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate that the kubeconfig does not trust',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'shows a certificate that the kubeconfig does not trust',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate for another name',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
} as const satisfies Record<string, string>;

const isNotSent = (code: string): code is keyof typeof NOT_SENT => Object.hasOwn(NOT_SENT, code);

/**
 * Whether another kubeconfig might have worked: the credential is refused, or nobody is there, or somebody else is. A
 * rotated authority shows as a certificate that is not trusted, long before any credential is looked at.
 */
export function mayBeStaleAccess(error: CloudError): boolean {
  return error.code === 'Unauthorized' || isNotSent(error.source.split(':').at(-1) ?? '');
}

/** From what a transport rejected with: no answer, or half of one. */
export function fromSilence(operation: string, write: boolean, thrown: unknown): KubeError {
  const code = socketCode(thrown);
  const notSent = isNotSent(code);
  const what = notSent
    ? NOT_SENT[code]
    : code === 'TimeoutError'
      ? 'did not answer in time'
      : 'broke the connection';
  return {
    code: 'Unavailable',
    message: `The cluster's API server ${what}.`,
    causes: [],
    source: `kube:${operation}:${code}`,
    ...(write && !notSent ? { outcomeUnknown: true } : {}),
  };
}

/** By shape, not by class: undici and Node each have error classes of their own. */
const Thrown = z.object({
  name: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  cause: z.unknown().optional(),
});
/** fetch wraps the socket's error once; a little room for wrappers of others. */
const MAX_CAUSES = 4;

function socketCode(thrown: unknown): string {
  let next = thrown;
  for (let depth = 0; depth < MAX_CAUSES; depth++) {
    const error = Thrown.safeParse(next);
    if (!error.success) break;
    if (error.data.name === 'TimeoutError') return error.data.name;
    if (error.data.code !== undefined) return error.data.code;
    next = error.data.cause;
  }
  return 'ConnectionLost';
}

export function unexpected(operation: string, message: string): KubeError {
  return { code: 'Unknown', message, causes: [], source: `kube:${operation}:UnexpectedAnswer` };
}

function parseStatus(body: string): z.output<typeof Status> {
  try {
    return Status.parse(JSON.parse(body));
  } catch {
    return { message: '', reason: '', details: { causes: [] } };
  }
}

function retryAfter(header: string | null, seconds: number | undefined): number | undefined {
  const fromHeader = header === null || !/^\d{1,5}$/.test(header) ? undefined : Number(header);
  const wait = fromHeader ?? seconds;
  return wait === undefined ? undefined : wait * 1_000;
}

/** One line, no control characters, bounded. */
function plain(text: string): string {
  const line = text
    .slice(0, MAX_MESSAGE * 4)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length <= MAX_MESSAGE ? line : `${line.slice(0, MAX_MESSAGE - 1)}…`;
}
