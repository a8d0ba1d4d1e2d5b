/**
 * The outermost layer: what is thrown inside becomes an answer. An unreachable store or broker is 503 with a hint when to
 * come back, a continuation that was made up is the caller's; everything else is a bug of ours: logged with the correlation id, answered without a word about its inside.
 */
import { QueueUnavailableError } from '../../queue/port.ts';
import { ContinuationInvalidError, StoreUnavailableError } from '../../store/port.ts';
import type { Answer } from '../answer.ts';
import { TokenKeysUnavailableError } from '../auth/bearer.ts';
import type { ApiLayer, Exchange } from '../exchange.ts';
import { cursorInvalid } from '../pagination.ts';
import { problem } from '../problem.ts';

/** Seconds. Our choice: long enough for a throttled partition to recover. */
const RETRY_AFTER_SECONDS = '5';

/** A part that we need did not answer; the request may be sent again. */
const OUTAGES = [StoreUnavailableError, QueueUnavailableError, TokenKeysUnavailableError];

export function catchErrors<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return { name: 'catch-errors', onError: ({ event, error }) => toAnswer(event, error) };
}

function toAnswer<P, Q, B, T>(
  { deps, contract, correlationId }: Exchange<P, Q, B, T>,
  error: unknown,
): Answer {
  if (error instanceof ContinuationInvalidError) return cursorInvalid();
  const keys = { endpoint: contract.name, correlationId, error };
  if (OUTAGES.some((outage) => error instanceof outage)) {
    deps.logger.warn('Answering 503: a part we depend on is not reachable', keys);
    return problem(503, 'UNAVAILABLE', 'A part of the platform is not reachable right now; try again.', {
      headers: { 'retry-after': RETRY_AFTER_SECONDS },
    });
  }
  deps.logger.error('Answering 500: unexpected error in an endpoint', keys);
  return problem(500, 'INTERNAL', `Something went wrong on our side. Quote ${correlationId} when you ask.`);
}
