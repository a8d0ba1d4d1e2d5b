/**
 * The last middleware before the bytes leave, after signing: asks the pass's guard whether the request may still go, so
 * that no write can start after the pass's deadline (protocol rule 7), and tells it what came back. A process that is
 * frozen between this check and the socket is bounded by the signature, which AWS refuses when it has expired.
 */
import type { DeserializeMiddleware, MiddlewareStack } from '@smithy/types';
import { type CallGuard, type CallRefusal, type CloudCall, PassDeadlineError } from '../port.ts';
import { rateOf } from './rates.ts';

/** The credential has spent its budget: nothing was sent. */
export class BudgetExhaustedError extends Error {
  override readonly name = 'BudgetExhaustedError';
  /** Cloud milliseconds. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('The budget of this credential is spent');
    this.retryAfterMs = retryAfterMs;
  }
}

interface Guardable {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK types a client's stack by its own union of commands.
  readonly middlewareStack: MiddlewareStack<any, any>;
}

const READS = /^(?:Describe|Get|List|Receive|Simulate|Decode|Lookup|Search)/;
/** What AWS answers when calls come too fast; docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
const THROTTLED = new Set([429, 503]);
/** AWS sends no Retry-After; its buckets fill within seconds. */
const THROTTLED_MS = 5_000;

export function callOf(clientName: string, commandName: string): CloudCall {
  const service = clientName.replace(/Client$/, '');
  const operation = commandName.replace(/Command$/, '');
  const verb = READS.test(operation) ? 'read' : 'write';
  const family = `${service}:${operation}`;
  return { verb, family, rate: rateOf({ verb, family }) };
}

/** Returns the client it was given. */
export function guardCalls<C extends Guardable>(client: C, guard: CallGuard): C {
  const middleware: DeserializeMiddleware<object, object> = (next, context) => async (args) => {
    const call = callOf(String(context.clientName ?? ''), String(context.commandName ?? ''));
    const refusal = guard.admit(call);
    if (refusal) throw refused(refusal, call);
    try {
      const answer = await next(args);
      const status = statusOf(answer.response);
      guard.settled(call, THROTTLED.has(status) ? { status: 429, retryAfterMs: THROTTLED_MS } : { status });
      return answer;
    } catch (error) {
      guard.settled(call, { status: 0 });
      throw error;
    }
  };
  client.middlewareStack.add(middleware, { step: 'deserialize', priority: 'low', name: 'slipwayCallGuard' });
  return client;
}

function statusOf(response: unknown): number {
  const status =
    typeof response === 'object' && response !== null && 'statusCode' in response ? response.statusCode : 0;
  return typeof status === 'number' ? status : 0;
}

function refused(refusal: CallRefusal, call: CloudCall): Error {
  switch (refusal.why) {
    case 'deadline':
      return new PassDeadlineError(`A ${call.verb} of ${call.family} came after the pass's deadline`);
    case 'budget':
      return new BudgetExhaustedError(refusal.retryAfterMs);
  }
}
