import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { pageQuery } from '../../lib/api/pagination.ts';
import { coded } from '../../lib/api/schema-findings.ts';
import { EVENT_VIEW } from '../../lib/api/schemas/views.ts';
import { isEventCursor, readEvents } from '../../lib/reconcile/event-log.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

const AFTER = z
  .string()
  .refine(isEventCursor, coded('CURSOR_INVALID', 'after is the id of an event.'))
  .optional()
  .meta({ description: 'Id of the last event that you have' });

export const listClusterEvents = endpoint(
  {
    name: 'list-cluster-events',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/events',
    summary: 'The event stream, newest last; repeats are counted, not repeated',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: CLUSTER,
    query: z.object({
      after: AFTER,
      severity: z.enum(['Normal', 'Warning']).optional(),
      limit: pageQuery('events').limit,
    }),
    locate: CLUSTER_TARGET,
    responses: {
      200: { description: 'Events after the given one', schema: listOf(EVENT_VIEW) },
      422: { description: 'CURSOR_INVALID' },
    },
  },
  async ({ deps, target, query: { after, severity, limit }, url }) => {
    const items = await readEvents(deps.store, target, {
      limit,
      ...(after !== undefined && { after }),
      ...(severity !== undefined && { severity }),
    });
    const last = items.length === limit ? items.at(-1) : undefined;
    return answer(200, { items, ...(last !== undefined && { nextLink: nextLink(url, last.id) }) });
  },
);

function nextLink(url: string, after: string): string {
  const next = new URL(url);
  next.searchParams.set('after', after);
  return next.href;
}
