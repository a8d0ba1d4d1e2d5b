import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { refusal } from '../../lib/api/problem.ts';
import { shown } from '../../lib/api/schemas/shown.ts';
import { egressFindings, egressRequirements } from '../../lib/platform/egress.ts';

const QUESTION = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).default(443),
});

const RESULT = z.object({
  host: shown('quay.io'),
  port: z.int().meta({ example: 443 }),
  reachable: z.boolean().nullable().meta({ description: 'null: nobody in a cluster has tried' }),
  reason: shown('NotTried: no agent has reported on this target.'),
});

/**
 * What counts is what a cluster's nodes can reach, and only an agent in the cluster can try that. This deployment's own
 * view would be an answer to another question, so it gives none.
 */
const UNTRIED = { reachable: null, reason: 'NotTried: no agent has reported on this target.' } as const;

export const checkEgress = endpoint(
  {
    name: 'check-egress',
    method: 'POST',
    route: 'v1/platform/egress-check',
    summary: 'Which targets of the allow-list are reachable, as far as agents have tried',
    tag: 'Platform',
    access: 'authenticated',
    body: z.strictObject({ targets: z.array(QUESTION).max(100).optional() }),
    bodyOptional: true,
    requestExample: { targets: [{ host: 'quay.io', port: 443 }] },
    responses: {
      200: { description: 'One result per target', schema: z.object({ items: z.array(RESULT) }) },
      422: { description: 'EGRESS_TARGET_UNKNOWN: not a target of the list' },
    },
  },
  ({ url, body, deps }) => {
    const known = egressRequirements(new URL(url), deps.config.agents);
    const targets = body.targets ?? known;
    const wrong = refusal(egressFindings(targets, known));
    return wrong ?? answer(200, { items: targets.map(({ host, port }) => ({ host, port, ...UNTRIED })) });
  },
);
