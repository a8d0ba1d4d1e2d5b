/**
 * POST with an Idempotency-Key: the key is claimed before anything is judged, and the answer is kept with it. The layer
 * is the innermost one, so that nothing after the claim can end the chain without letting go of it.
 */

import { StoreUnavailableError } from '../../store/port.ts';
import type { ApiLayer, IdempotencyHold } from '../exchange.ts';
import { claimKey, IDEMPOTENCY_KEY } from '../idempotency.ts';
import { problem } from '../problem.ts';

export function holdIdempotencyKey<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'hold-idempotency-key',
    async before({ event }) {
      const { request, contract } = event;
      const key = request.headers.get('idempotency-key');
      if (contract.method !== 'POST' || contract.answersSecret || key === null) return undefined;
      if (!IDEMPOTENCY_KEY.test(key)) {
        return problem(
          422,
          'IDEMPOTENCY_KEY_INVALID',
          'An Idempotency-Key has 1 to 255 printable characters.',
        );
      }
      const claimed = await claimKey(event.deps, {
        key,
        project: request.params.project,
        caller: event.caller.subject,
        route: `${contract.method} ${new URL(request.url).pathname}`,
        query: new URL(request.url).search,
        body: event.rawBody,
      });
      if (claimed.kind === 'answered') return claimed.answer;
      event.claim = claimed.hold;
      return undefined;
    },
    async after({ event, response }) {
      if (response) await event.claim?.keep(response);
      return undefined;
    },
    async onError({ event }) {
      await letGo(event.claim);
      return undefined;
    },
  };
}

/** The error under way is the one to answer: a store that cannot be reached now lets the hold run out by itself. */
async function letGo(hold: IdempotencyHold | undefined): Promise<void> {
  try {
    await hold?.release();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}
