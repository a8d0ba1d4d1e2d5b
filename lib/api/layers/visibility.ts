/**
 * Parses the path and asks whether the caller may know of the project in it. A foreign project and an absent one give the
 * same answer, so that nobody learns names from it.
 */
import { z } from 'zod';
import { grantIn } from '../auth/grants.ts';
import type { RouteDescription } from '../contract.ts';
import type { ApiLayer, Exchange } from '../exchange.ts';
import { notFound, type Problem, problem } from '../problem.ts';

/** Longer names exist nowhere; the store refuses ids beyond 1023 bytes. */
const PROJECT_NAME = z.string().min(1).max(63);

export function visibility<P, Q, B, T>(): ApiLayer<P, Q, B, T> {
  return {
    name: 'visibility',
    async before({ event }) {
      const { contract, request } = event;
      if (contract.params) {
        const params = contract.params.safeParse(request.params);
        if (!params.success) return problem(404, 'NOT_FOUND', 'There is nothing at this address.');
        event.params = { value: params.data };
      } else {
        // Without a schema P is its default, the empty record.
        event.params = { value: {} as P };
      }
      const of = scopeOf(contract);
      return of === 'none' ? undefined : seeProject(event, of);
    },
  };
}

type Scope = 'none' | 'project' | 'new-project';

function scopeOf({ access }: RouteDescription): Scope {
  if (typeof access === 'string' || access.of === 'deployment') return 'none';
  return access.of ?? 'project';
}

async function seeProject<P, Q, B, T>(
  exchange: Exchange<P, Q, B, T>,
  scope: 'project' | 'new-project',
): Promise<Problem | undefined> {
  const { request, deps, caller } = exchange;
  const project = PROJECT_NAME.safeParse(request.params.project ?? request.query.get('project'));
  if (project.success) {
    exchange.grant = await grantIn(deps, caller, project.data, { beAbsent: scope === 'new-project' });
  }
  return exchange.grant ? undefined : notFound('project');
}
