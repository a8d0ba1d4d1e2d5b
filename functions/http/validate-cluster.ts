import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { CLUSTER_INPUT } from '../../lib/api/schemas/cluster.ts';
import { validateNew } from '../../lib/clusters/validate.ts';
import { STRICT } from './shapes/cluster.ts';
import { CLUSTER_EXAMPLE } from './shapes/cluster-example.ts';
import { FINDING, toFinding } from './shapes/finding.ts';
import { PROJECT } from './shapes/paths.ts';
import { PLAN_VIEW } from './shapes/plan.ts';
import { RESOLVED_VIEW } from './shapes/resolved.ts';

const VALIDATION = z.object({
  valid: z.boolean(),
  errors: z.array(FINDING),
  warnings: z.array(FINDING),
  resolved: RESOLVED_VIEW.optional(),
  plan: PLAN_VIEW.optional(),
});

/** Asks only; nothing is stored, so nothing is audited. */
export const validateCluster = endpoint(
  {
    name: 'validate-cluster',
    method: 'POST',
    route: 'v1/projects/{project}/clusters/validate',
    summary: 'What create would answer, and what it would do; nothing is stored',
    tag: 'Clusters',
    access: { role: 'editor' },
    params: PROJECT,
    query: STRICT,
    lenientBody: CLUSTER_INPUT,
    requestExample: CLUSTER_EXAMPLE,
    responses: { 200: { description: 'valid is false with the errors of create', schema: VALIDATION } },
  },
  async ({ deps, params: { project }, caller, rawBody, query }) => {
    const request = { project, who: caller.subject, raw: rawBody, strict: query.strict === 'true' };
    const { errors, warnings, ...rest } = await validateNew(deps, request);
    return answer(200, {
      valid: errors.length === 0,
      errors: errors.map(toFinding),
      warnings: warnings.map(toFinding),
      ...rest,
    });
  },
);
