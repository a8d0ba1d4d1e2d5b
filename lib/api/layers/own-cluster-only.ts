/**
 * An agent speaks for the cluster of its credential and for no other. Requests that name a cluster must name that one,
 * so that an agent that was copied, or set up with another cluster's secret, is found out and not mixed up.
 */
import { z } from 'zod';
import type { ApiLayer, Exchange } from '../exchange.ts';
import { problem } from '../problem.ts';

const Naming = z.object({ cluster: z.string() });

export function ownClusterOnly<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'own-cluster-only',
    before({ event }) {
      const { agent } = event;
      if (agent === undefined) return undefined;
      if (namedBy(event).every((name) => name === agent.cluster)) return undefined;
      return problem(
        403,
        'CREDENTIAL_OF_OTHER_CLUSTER',
        'This credential belongs to another cluster than the request names.',
      );
    },
  };
}

/** Whatever the route's own schemas know of; what is no text is theirs to refuse. */
function namedBy<P, Q, B, T>({ rawBody, request }: Exchange<P, Q, B, T>): readonly string[] {
  const inBody = Naming.safeParse(rawBody);
  return [...request.query.getAll('cluster'), ...(inBody.success ? [inBody.data.cluster] : [])];
}
