/** The agent that calls, for the logic of routes whose access is `agent`. */
import type { Agent } from '../../agents/authenticate.ts';

/** Throws on a route for others: a bug in its contract. */
export function agentOf({ agent }: { readonly agent?: Agent }): Agent {
  if (agent === undefined) throw new Error('No agent calls a route that is not for agents');
  return agent;
}
