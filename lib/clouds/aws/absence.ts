/** «It is not there» is an answer to most questions and the wish behind every deletion. */
import { type CloudError, fail, ok, type Result } from '../../domain/errors.ts';

/** Reads: absent is a value. */
export function orAbsent<T>(answer: Result<T>): Result<T | undefined> {
  return answer.ok || answer.error.code !== 'NotFound' ? answer : ok(undefined);
}

/** Deletions: absent is a success. */
export function orGone(answer: Result<unknown>): Result<void> {
  return answer.ok || answer.error.code === 'NotFound' ? ok(undefined) : answer;
}

/**
 * A write that leans on what was made moments ago: AWS may not find it yet, which passes by itself and is nobody's
 * failure (docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html).
 */
export function notYetVisible<T>(answer: Result<T>): Result<T> {
  return answer.ok || answer.error.code !== 'NotFound' ? answer : fail(soon(answer.error));
}

export function soon(error: CloudError): CloudError {
  return { ...error, code: 'Conflict' };
}
