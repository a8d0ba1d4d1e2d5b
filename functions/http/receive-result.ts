import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { agentOf } from '../../lib/api/auth/agent-of.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { notFound } from '../../lib/api/problem.ts';
import { OPERATION_RESULT } from '../../lib/api/schemas/agent.ts';
import { shown } from '../../lib/api/schemas/shown.ts';
import { OPERATION_STATES } from '../../lib/operations/document.ts';
import { takeResult } from '../../lib/operations/results.ts';

const RESULT_ANSWER = z
  .object({
    operation: shown('backup-20261121-020000-scheduled'),
    state: z.enum(OPERATION_STATES).meta({ description: 'As it is now', example: 'Succeeded' }),
    ignored: z.boolean().meta({ description: 'It said nothing new', example: false }),
  })
  .meta({ id: 'ResultAnswer' });

/** With room for what is around the 256 KiB of data. */
const LIMIT_BYTES = 512 * 1024;

export const receiveResult = endpoint(
  {
    name: 'receive-result',
    method: 'POST',
    route: 'agent/v1/results',
    summary: 'An agent says how far an operation is, or how it ended; repeats change nothing',
    tag: 'Agents',
    access: 'agent',
    body: OPERATION_RESULT,
    bodyLimitBytes: LIMIT_BYTES,
    requestExample: {
      operation: 'backup-20261121-020000-scheduled',
      state: 'Succeeded',
      at: '2026-11-21T02:04:00.000Z',
      data: { backup: 'backup-20261121-020000-scheduled', items: 812 },
    },
    responses: {
      200: { description: 'It counts, unless `ignored` says otherwise', schema: RESULT_ANSWER },
      404: { description: 'OPERATION_NOT_FOUND: forget it; CLUSTER_NOT_FOUND' },
      422: { description: 'What is no result' },
    },
  },
  async (call) => {
    const { operation } = call.body;
    const outcome = await takeResult(call.deps, agentOf(call).cluster, call.body);
    if (outcome.kind === 'unknown') return notFound('operation');
    return answer(200, { operation, state: outcome.state, ignored: outcome.ignored });
  },
);
