/** Reads for which «it is not there» is an answer; network/ec2-outcomes.ts has the same for writes. */
import { type CloudError, ok, type Result } from '../../domain/errors.ts';

/** Absent is a value. */
export function orAbsent<T>(answer: Result<T>): Result<T | undefined> {
  return answer.ok || answer.error.code !== 'NotFound' ? answer : ok(undefined);
}

/** Nobody's failure, and it passes by itself: it is tried again soon. */
export function soon(error: CloudError): CloudError {
  return { ...error, code: 'Conflict' };
}
