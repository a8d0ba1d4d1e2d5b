/**
 * Who calls? Every route but the public ones needs a bearer token: routes for agents an agent's credential, all others
 * one that the authenticator accepts. Neither is good for the other.
 */
import { type Agent, authenticateAgent } from '../../agents/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import type { ApiLayer, Exchange } from '../exchange.ts';
import { notFound, type Problem, problem } from '../problem.ts';

export function authenticate<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'authenticate',
    before({ event }) {
      const { access } = event.contract;
      switch (access) {
        case 'public':
          return undefined;
        case 'agent':
          return asAgent(event);
        case 'enrolling-agent':
          return event.request.headers.has('authorization') ? asAgent(event) : undefined;
        default:
          return asCaller(event);
      }
    },
  };
}

async function asCaller<P, Q, B, T>(exchange: Exchange<P, Q, B, T>): Promise<Problem | undefined> {
  const { deps, request } = exchange;
  const caller = await deps.authenticator.authenticate(request.headers.get('authorization'));
  if (!caller) return unauthenticated('Send a valid bearer token in the Authorization header.');
  exchange.caller = caller;
  return undefined;
}

async function asAgent<P, Q, B, T>(exchange: Exchange<P, Q, B, T>): Promise<Problem | undefined> {
  const { deps, request } = exchange;
  const check = await authenticateAgent(deps, request.headers.get('authorization'));
  switch (check.kind) {
    case 'unauthenticated':
      return unauthenticated("Send the agent's own credential, as it was last renewed.");
    case 'absent':
      return notFound('cluster');
    case 'agent':
      exchange.agent = check.agent;
      exchange.caller = callerOf(check.agent);
      return undefined;
  }
}

/** May do nothing in any project: what an agent may do, its routes say. */
function callerOf({ cluster }: Agent): Caller {
  return { subject: `agent:${cluster}`, kind: 'service', roles: {} };
}

export function unauthenticated(detail: string): Problem {
  return problem(401, 'UNAUTHENTICATED', detail, { headers: { 'www-authenticate': 'Bearer' } });
}
