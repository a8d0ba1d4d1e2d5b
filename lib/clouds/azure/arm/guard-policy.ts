/**
 * The last policy before the transport, after signing: asks the pass's guard whether the request may still leave, so
 * that no write can start after the pass's deadline (protocol rule 7), and tells it what came back.
 */
import type { PipelinePolicy, PipelineRequest } from '@azure/core-rest-pipeline';
import { type CallGuard, type CallRefusal, type CloudCall, PassDeadlineError } from '../../port.ts';
import { BudgetExhaustedError, readRetryAfter } from '../errors.ts';

/** `Microsoft.ContainerService`; groups and subscriptions themselves belong to `Microsoft.Resources`. */
const PROVIDER = /\/providers\/([^/?]+)/gi;
/** POST actions that change nothing: `listClusterAdminCredential`, `checkNameAvailability`. */
const READING_ACTION = /\/(?:list|check|get)[a-z]*$/i;

export function callOf(request: Pick<PipelineRequest, 'method' | 'url'>): CloudCall {
  const url = new URL(request.url);
  if (url.hostname === 'graph.microsoft.com') return { verb: 'read', family: 'Microsoft.Graph' };
  const providers = [...url.pathname.matchAll(PROVIDER)];
  return {
    verb: verbOf(request.method, url.pathname),
    family: providers.at(-1)?.[1] ?? 'Microsoft.Resources',
  };
}

function verbOf(method: string, path: string): CloudCall['verb'] {
  if (method === 'GET' || method === 'HEAD') return 'read';
  return method === 'POST' && READING_ACTION.test(path) ? 'read' : 'write';
}

/** `timeoutMs`: wall milliseconds for one request. */
export function guardPolicy(guard: CallGuard, timeoutMs: number): PipelinePolicy {
  return {
    name: 'slipwayCallGuard',
    async sendRequest(request, next) {
      const call = callOf(request);
      const refusal = guard.admit(call);
      if (refusal) throw refused(refusal, call);
      request.timeout = timeoutMs;
      try {
        const response = await next(request);
        guard.settled(call, { status: response.status, ...hint(response.headers.get('retry-after')) });
        return response;
      } catch (error) {
        guard.settled(call, { status: 0 });
        throw error;
      }
    },
  };
}

function refused(refusal: CallRefusal, call: CloudCall): Error {
  switch (refusal.why) {
    case 'deadline':
      return new PassDeadlineError(`A ${call.verb} of ${call.family} came after the pass's deadline`);
    case 'budget':
      return new BudgetExhaustedError(refusal.retryAfterMs);
  }
}

function hint(seconds: string | undefined): { readonly retryAfterMs?: number } {
  const retryAfterMs = readRetryAfter((name) => (name === 'retry-after' ? seconds : undefined));
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}
