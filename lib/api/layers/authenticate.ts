/** Who calls? Every route but the public ones needs a bearer token that the authenticator accepts. */
import type { ApiLayer } from '../exchange.ts';
import { problem } from '../problem.ts';

export function authenticate<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'authenticate',
    async before({ event }) {
      if (event.contract.access === 'public') return undefined;
      const caller = await event.deps.authenticator.authenticate(event.request.headers.get('authorization'));
      if (!caller) {
        return problem(401, 'UNAUTHENTICATED', 'Send a valid bearer token in the Authorization header.', {
          headers: { 'www-authenticate': 'Bearer' },
        });
      }
      event.caller = caller;
      return undefined;
    },
  };
}
