import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { SCHEDULE_VIEW } from '../../lib/api/schemas/operation.ts';
import { showSchedules } from '../../lib/operations/show-schedules.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';

export const listSchedules = endpoint(
  {
    name: 'list-schedules',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/schedules',
    summary: 'Schedules of the cluster: when each runs next, and what came of the last time',
    tag: 'Operations',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: {
      200: {
        description: 'At most six; none: all are off',
        schema: z.object({ items: z.array(SCHEDULE_VIEW) }),
      },
    },
  },
  async ({ deps, target }) => answer(200, { items: await showSchedules(deps, target) }),
);
