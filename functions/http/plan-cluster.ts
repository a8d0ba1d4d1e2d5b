import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { refused } from '../../lib/api/refused.ts';
import { planChange } from '../../lib/clusters/plan.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';
import { PLAN_VIEW } from './shapes/plan.ts';

const BODY = z.looseObject({
  delete: z.boolean().optional().meta({ description: 'true: what deleting the cluster would do' }),
  pools: z
    .array(z.unknown())
    .optional()
    .meta({ description: 'All pools as they should be: changed, added, or left out to be removed' }),
});

export const planCluster = endpoint(
  {
    name: 'plan-cluster',
    method: 'POST',
    route: 'v1/projects/{project}/clusters/{cluster}/plan',
    summary: 'What a change would do, step by step; nothing is changed',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    lenientBody: BODY,
    bodyOptional: true,
    requestExamples: {
      scale: { summary: 'One pool with another size', value: { pools: [{ name: 'system', size: 5 }] } },
      remove: { summary: 'The whole cluster away', value: { delete: true } },
    },
    responses: {
      200: { description: 'The decisions that a pass would make', schema: PLAN_VIEW },
      422: { description: 'What the change itself would be refused with' },
    },
  },
  async ({ deps, target, rawBody }) => {
    const outcome = await planChange(deps, target, rawBody);
    return outcome.ok ? answer(200, outcome.value) : refused(outcome.refusal);
  },
);
