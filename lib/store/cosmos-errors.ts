/**
 * What a failure of the Cosmos DB client means to us, by its status code. The only file that reads the client's errors.
 */
import type { CosmosHeaders } from '@azure/cosmos';
import { DocumentTooLargeError, StoreUnavailableError } from './port.ts';

/** Substatuses of 404 that do not mean «no such document»: a session not yet readable here, and a missing container. */
const SESSION_NOT_AVAILABLE = 1002;
const CONTAINER_NOT_FOUND = 1003;

export interface Failure {
  readonly code?: unknown;
  readonly substatus?: unknown;
  readonly name?: unknown;
  readonly headers?: CosmosHeaders;
}

/** The refusals that the port has as values; `undefined` when the failure is none of them. */
export function refusalOf(failure: Failure): 'stale' | 'absent' | undefined {
  if (failure.code === 409 || failure.code === 412) return 'stale';
  if (failure.code !== 404) return undefined;
  const elsewhere = failure.substatus === SESSION_NOT_AVAILABLE || failure.substatus === CONTAINER_NOT_FOUND;
  return elsewhere ? undefined : 'absent';
}

/** What to throw for a failure that is not a refusal. */
export function errorOf(cause: unknown, operation: string): unknown {
  const failure = failureOf(cause);
  if (failure.code === 413) return new DocumentTooLargeError(`${operation}: above 2 MB`, { cause });
  if (isUnavailable(failure))
    return new StoreUnavailableError(`${operation}: no answer to rely on`, { cause });
  return cause;
}

/** The batch call wraps what happened in an error without a code. */
export function failureOf(error: unknown): Failure {
  if (typeof error !== 'object' || error === null) return {};
  if (!('code' in error) && 'cause' in error) return failureOf(error.cause);
  return error;
}

/** Statuses of a service in trouble; anything with a word for a code came from the socket; aborts are our deadline. */
function isUnavailable(failure: Failure): boolean {
  const { code, substatus, name } = failure;
  if (typeof code !== 'number') return typeof code === 'string' || name === 'AbortError';
  if (code === 404) return substatus === SESSION_NOT_AVAILABLE;
  return code === 408 || code === 410 || code === 429 || code === 449 || code >= 500;
}
