/**
 * Translates whatever the Azure SDKs throw, and the errors that resources carry, into CloudError. Owns the looking
 * through nested bodies and the scrubbing of secrets; the meaning of codes is in error-codes.ts. Bugs and passes that
 * ran out of time are not cloud failures: they are thrown on.
 */
import { isRestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { type CloudError, fail, ok, type Result } from '../../domain/errors.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { PassDeadlineError } from '../port.ts';
import {
  CODE_IN_TEXT,
  CODE_OF_EXIT_STATUS,
  CODE_PATTERNS,
  CODES,
  EXIT_STATUS_IN_TEXT,
  type Meaning,
  meaningOfStatus,
  OPERATION_NOT_ALLOWED,
  WRAPPERS,
} from './error-codes.ts';

/** The account's call budget is used up: no request was sent. */
export class BudgetExhaustedError extends Error {
  override readonly name = 'BudgetExhaustedError';
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('The call budget of the cloud account is used up');
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Operation {
  /** `managedClusters.createOrUpdate`. */
  readonly name: string;
  readonly write: boolean;
}

interface Fault {
  readonly code: string;
  readonly message: string;
}

/** Characters of an error message that are kept: Azure repeats whole templates in some. */
const MESSAGE_LIMIT = 600;
/** An answer nests two or three deep; hostile input may nest more. */
const MAX_DEPTH = 6;

const FaultBody: z.ZodType<NestedFault> = z.lazy(() =>
  z.object({
    code: z.string().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    details: z.array(FaultBody).nullish().catch(undefined),
    innererror: FaultBody.nullish().catch(undefined),
  }),
);
interface NestedFault {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly details?: readonly NestedFault[] | null | undefined;
  readonly innererror?: NestedFault | null | undefined;
}
/** ARM wraps in `error`; AKS sometimes answers with the bare object. */
const AnswerBody = z.union([z.object({ error: FaultBody }).transform((body) => body.error), FaultBody]);

const Thrown = z.object({
  name: z.string().catch('Error'),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  statusCode: z.number().optional().catch(undefined),
  errorResponse: z
    .object({ errorDescription: z.string().catch('') })
    .optional()
    .catch(undefined),
  response: z
    .object({
      status: z.number().catch(0),
      bodyAsText: z.string().nullish().catch(undefined),
    })
    .optional()
    .catch(undefined),
  cause: z.unknown().optional(),
});
type Thrown = z.output<typeof Thrown>;

/** The one way from an SDK call to a Result. */
export async function settle<T>(operation: Operation, call: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await call());
  } catch (error) {
    return fail(toCloudError(error, operation));
  }
}

/** Like `settle`, with absence as a value: a 404 is `undefined`. */
export async function settleOptional<T>(
  operation: Operation,
  call: () => Promise<T>,
): Promise<Result<T | undefined>> {
  const result = await settle<T | undefined>(operation, call);
  return !result.ok && isAbsence(result.error) ? ok(undefined) : result;
}

/** The resource itself is not there; a missing subscription or refused access is no absence. */
export function isAbsence(error: CloudError): boolean {
  return error.code === 'NotFound';
}

/** Throws PassDeadlineError on; everything else becomes a value. */
export function toCloudError(error: unknown, operation: Operation): CloudError {
  if (error instanceof PassDeadlineError) throw error;
  if (error instanceof BudgetExhaustedError) {
    return {
      code: 'Throttled',
      message: error.message,
      retryAfterMs: error.retryAfterMs,
      source: `azure:${operation.name}:CallBudget`,
    };
  }
  const thrown = Thrown.parse(
    typeof error === 'object' && error !== null ? error : { message: String(error) },
  );
  const status = thrown.response?.status ?? thrown.statusCode ?? 0;
  const faults = faultsOf(thrown);
  const retryAfterMs = retryAfterOf(error);
  return {
    ...judge(faults, status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    source: `azure:${operation.name}:${principal(faults).code}`,
    ...(operation.write && mayHaveHappened(status) ? { outcomeUnknown: true } : {}),
  };
}

/** What a resource says of its own failed operation: `status.provisioningError`. */
export function fromResourceError(
  error: { readonly code?: string | undefined; readonly message?: string | undefined },
  source: string,
): CloudError {
  const faults = flatten(error, 0);
  const list =
    faults.length > 0 ? faults : [{ code: 'ProvisioningFailed', message: 'Azure gives no reason' }];
  return { ...judge(list, 200), source: `azure:${source}:${principal(list).code}` };
}

function mayHaveHappened(status: number): boolean {
  return status === 0 || status === 408 || status >= 500;
}

function judge(faults: readonly Fault[], status: number): Pick<CloudError, 'code' | 'message' | 'hint'> {
  const fault = principal(faults);
  const meaning = meaningOf(fault, status);
  return {
    code: meaning.code,
    message: scrub(`${fault.code}: ${fault.message}`).slice(0, MESSAGE_LIMIT),
    ...(meaning.hint === undefined ? {} : { hint: meaning.hint }),
  };
}

function meaningOf(fault: Fault, status: number): Meaning {
  if (fault.code.toLowerCase() === 'operationnotallowed') {
    const row = OPERATION_NOT_ALLOWED.find(
      ({ status: only, text }) => (only ?? status) === status && (text?.test(fault.message) ?? true),
    );
    if (row) return row.meaning;
  }
  const known = CODES.get(fault.code.toLowerCase());
  if (known) return known;
  const family = CODE_PATTERNS.find(([pattern]) => pattern.test(fault.code));
  return family?.[1] ?? meaningOfStatus(status);
}

/** The innermost meaning: wrappers give way to what they wrap. */
function principal(faults: readonly Fault[]): Fault {
  const specific = faults.find((fault) => !WRAPPERS.has(fault.code.toLowerCase()) && isKnown(fault));
  return specific ?? faults[0] ?? { code: 'Unknown', message: 'no error was given' };
}

function isKnown(fault: Fault): boolean {
  const code = fault.code.toLowerCase();
  return code === 'operationnotallowed' || CODES.has(code) || CODE_PATTERNS.some(([p]) => p.test(fault.code));
}

function faultsOf(thrown: Thrown): readonly Fault[] {
  const aad = /AADSTS\d+/.exec(thrown.errorResponse?.errorDescription || thrown.message);
  if (aad) {
    const text = thrown.errorResponse?.errorDescription || thrown.message;
    const words = text.slice(text.indexOf(aad[0]) + aad[0].length).replace(/^:\s*/, '');
    return [{ code: aad[0], message: words.split(/\r?\n| Trace ID/)[0] ?? '' }];
  }
  const body = parseBody(thrown.response?.bodyAsText);
  const nested = body ? flatten(body, 0) : [];
  return nested.length > 0 ? nested : [{ code: thrown.code ?? thrown.name, message: thrown.message }];
}

function parseBody(text: string | null | undefined): NestedFault | undefined {
  if (!text) return undefined;
  try {
    return AnswerBody.safeParse(JSON.parse(text)).data;
  } catch (error) {
    // Proxies and gateways in front of ARM answer in HTML.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function flatten(fault: NestedFault, depth: number): readonly Fault[] {
  if (depth > MAX_DEPTH) return [];
  const own = fault.code ? [{ code: fault.code, message: fault.message ?? '' }] : [];
  const below = [...(fault.details ?? []), ...(fault.innererror ? [fault.innererror] : [])];
  return [...own, ...below.flatMap((inner) => flatten(inner, depth + 1)), ...own.flatMap(inText)];
}

/** What a wrapper only says in words; the words stay those of the wrapper, because they hold the rest. */
function inText({ code, message }: Fault): readonly Fault[] {
  if (!WRAPPERS.has(code.toLowerCase())) return [];
  const status = EXIT_STATUS_IN_TEXT.exec(message)?.[1] ?? '';
  const named = [...message.matchAll(CODE_IN_TEXT)].flatMap(([, inner]) => inner ?? []);
  return [CODE_OF_EXIT_STATUS[status] ?? [], named].flat().map((inner) => ({ code: inner, message }));
}

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted]'],
  [/(bearer)\s+[^\s,;"]+/gi, '$1 [redacted]'],
  [
    /((?:client_?secret|password|sig|sharedaccesskey|accountkey)["']?\s*[=:]\s*["']?)[^&\s"',;]+/gi,
    '$1[redacted]',
  ],
];

function scrub(text: string): string {
  return SECRETS.reduce((clean, [pattern, by]) => clean.replace(pattern, by), text);
}

/** Cloud milliseconds; the date form of Retry-After is not used by ARM. */
function retryAfterOf(error: unknown): number | undefined {
  if (!isRestError(error) || !error.response) return undefined;
  const { headers } = error.response;
  return readRetryAfter((name) => headers.get(name));
}

/** No limit of Azure is counted over more than an hour; a proxy's slip of the pen must not stop a cluster for years. */
const LONGEST_RETRY_MS = HOUR_MS;

export function readRetryAfter(header: (name: string) => string | null | undefined): number | undefined {
  const exact = Number(header('retry-after-ms') ?? header('x-ms-retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return Math.min(exact, LONGEST_RETRY_MS);
  const seconds = Number(header('retry-after') ?? Number.NaN);
  return seconds >= 0 ? Math.min(seconds * 1000, LONGEST_RETRY_MS) : undefined;
}
