import { z } from 'zod';
import { type Ingested, ingest } from '../../lib/agents/ingest.ts';
import { type Answer, answer } from '../../lib/api/answer.ts';
import { agentOf } from '../../lib/api/auth/agent-of.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { problem } from '../../lib/api/problem.ts';
import { HEARTBEAT } from '../../lib/api/schemas/agent.ts';
import { INSTANT, shown } from '../../lib/api/schemas/shown.ts';
import { SECOND_MS } from '../../lib/domain/time.ts';

const HEARTBEAT_ANSWER = z
  .object({
    serverTime: INSTANT,
    ignored: z.enum(['replayed']).optional().meta({ description: 'It was not later than one before it' }),
    beatAfterMs: z.number().meta({ description: 'Until the next beat', example: 60_000 }),
    reportEveryMs: z.number().meta({ description: 'Between two reports of samples', example: 900_000 }),
    revision: shown('3.0').meta({ description: 'Of the newest definition' }),
  })
  .meta({ id: 'HeartbeatAnswer' });

export const receiveHeartbeat = endpoint(
  {
    name: 'receive-heartbeat',
    method: 'POST',
    route: 'agent/v1/heartbeat',
    summary: 'An agent says that it lives, and what changed in its cluster',
    tag: 'Agents',
    access: 'agent',
    body: HEARTBEAT,
    responses: {
      200: { description: 'It counts, unless `ignored` says otherwise', schema: HEARTBEAT_ANSWER },
      403: { description: 'CREDENTIAL_OF_OTHER_CLUSTER' },
      404: { description: 'CLUSTER_NOT_FOUND' },
      409: { description: 'REPORT_INCOMPLETE: the last part came without the others' },
      413: { description: 'REPORT_TOO_LARGE: all parts together are more than any cluster has to say' },
      422: { description: 'OBSERVED_GENERATION_FROM_FUTURE, METRIC_INVALID' },
      429: { description: 'TOO_MANY_BEATS: far more than this cluster can have reason to send' },
    },
    requestExample: { agentVersion: '1.0.0', sentAt: '2026-11-20T18:35:00.000Z', instance: 'b7c1', seq: 12 },
  },
  async (call) => toAnswer(await ingest(call.deps, agentOf(call), call.body)),
);

function toAnswer(ingested: Ingested): Answer {
  switch (ingested.kind) {
    case 'answer':
      return answer(200, ingested.answer);
    case 'incomplete':
      return problem(
        409,
        'REPORT_INCOMPLETE',
        'Parts of this report are missing; send all of them again, in order.',
      );
    case 'too-large':
      return problem(413, 'REPORT_TOO_LARGE', 'No cluster has this much to say.');
    case 'too-many':
      return problem(429, 'TOO_MANY_BEATS', 'The agent of this cluster beats far too often.', {
        headers: { 'retry-after': String(Math.ceil(ingested.retryAfterMs / SECOND_MS)) },
      });
    case 'from-future': {
      const [code, message] = [
        'OBSERVED_GENERATION_FROM_FUTURE',
        'Nobody has asked for this generation of the cluster yet.',
      ];
      return problem(422, code, message, { errors: [{ path: '/observedGeneration', code, message }] });
    }
  }
}
