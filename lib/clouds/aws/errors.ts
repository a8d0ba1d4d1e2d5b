/**
 * From what an SDK call throws to a CloudError. Codes are classified in error-codes.ts; here is what can be said of an
 * outcome: a request that was never answered, or answered with 5xx, may have taken effect (protocol rule 8).
 */
import { z } from 'zod';
import { type CloudError, type CloudErrorCode, fail, ok, type Result } from '../../domain/errors.ts';
import { PassDeadlineError } from '../port.ts';
import { CODE_RULES } from './error-codes.ts';
import { BudgetExhaustedError } from './guard-calls.ts';

/** Longest text of a cloud that we keep: people read it in conditions. */
const MAX_MESSAGE = 1_024;

const Thrown = z.object({
  Code: z.string().optional().catch(undefined),
  code: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  message: z.string().catch(''),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});

export interface AwsRefusal {
  /** The code on the wire: `VcpuLimitExceeded`. */
  readonly code: string;
  readonly message: string;
  /** 0: no answer. */
  readonly status: number;
}

export function refusalOf(thrown: unknown): AwsRefusal {
  const parsed = Thrown.safeParse(thrown);
  if (!parsed.success) return { code: 'Unknown', message: 'the SDK threw no error', status: 0 };
  const { Code, code, name, message, $metadata } = parsed.data;
  const status = $metadata?.httpStatusCode ?? 0;
  // Errors of sockets carry their code in `code` and `Error` as their name.
  return { code: Code ?? (status === 0 ? (code ?? name) : name) ?? 'Unknown', message, status };
}

/** Whether this is one of the codes. For the places where a code means «it is as wanted». */
export function isCode(error: CloudError, ...codes: readonly string[]): boolean {
  return codes.some((code) => error.source.endsWith(`:${code}`));
}

/**
 * `operation`: `ec2.runInstances`; makes the source `aws:ec2.runInstances:VcpuLimitExceeded`. Rethrows the pass's
 * deadline, which ends the pass.
 */
export async function settle<T>(operation: string, call: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await call());
  } catch (thrown) {
    if (thrown instanceof PassDeadlineError) throw thrown;
    return fail(cloudError(operation, thrown));
  }
}

export function cloudError(operation: string, thrown: unknown): CloudError {
  if (thrown instanceof BudgetExhaustedError) {
    return {
      code: 'Throttled',
      message: 'Waiting for the rate limit of the AWS account.',
      retryAfterMs: thrown.retryAfterMs,
      source: `aws:${operation}:Budget`,
    };
  }
  const refusal = refusalOf(thrown);
  const rule = CODE_RULES.find(({ fits }) => fits.test(refusal.code));
  const code = rule?.code ?? codeByStatus(refusal.status);
  return {
    code,
    message: `${refusal.code}: ${refusal.message}`.slice(0, MAX_MESSAGE),
    source: `aws:${operation}:${refusal.code}`,
    ...(rule?.hint === undefined ? {} : { hint: rule.hint }),
    ...(isOutcomeUnknown(code, refusal.status) ? { outcomeUnknown: true } : {}),
  };
}

/** A 5xx that says why it refused (no capacity, too many calls) did nothing. */
function isOutcomeUnknown(code: CloudErrorCode, status: number): boolean {
  return status === 0 || (status >= 500 && code === 'Unavailable');
}

function codeByStatus(status: number): CloudErrorCode {
  if (status === 0 || status >= 500) return 'Unavailable';
  return status >= 400 ? 'InvalidRequest' : 'Unknown';
}
