import { z } from 'zod';
import { checkAccount } from '../../lib/accounts/probe.ts';
import { readAccount } from '../../lib/accounts/store.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { refused } from '../../lib/api/refused.ts';
import { FINDING, toFinding } from './shapes/finding.ts';
import { ACCOUNT } from './shapes/paths.ts';

const REGION = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/)
  .optional()
  .meta({ description: 'Where quotas are looked at; absent: permissions only', example: 'westeurope' });

/** Asks only; nothing is changed, so nothing is audited. */
export const checkCloudAccount = endpoint(
  {
    name: 'check-cloud-account',
    method: 'POST',
    route: 'v1/projects/{project}/cloud-accounts/{name}/check',
    summary: 'Check permissions, quotas and prerequisites of a cloud account',
    tag: 'Cloud accounts',
    access: { role: 'editor' },
    params: ACCOUNT,
    query: z.object({ region: REGION }),
    locate: {
      what: 'cloud account',
      find: ({ deps, params }) => readAccount(deps, params.project, params.name),
    },
    responses: {
      200: {
        description: 'ok is false when a finding is an error',
        schema: z.object({ ok: z.boolean(), findings: z.array(FINDING) }),
      },
    },
  },
  async ({ deps, params, query }) => {
    const outcome = await checkAccount(deps, params.project, params.name, query.region);
    if (!outcome.ok) return refused(outcome.refusal);
    const { ok, findings } = outcome.value;
    return answer(200, { ok, findings: findings.map(toFinding) });
  },
);
