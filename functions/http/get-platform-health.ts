import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { PARTS, readiness } from '../../lib/platform/readiness.ts';

const VIEW = z.object({
  ready: z.boolean(),
  parts: z
    .record(z.enum(PARTS), z.enum(['ready', 'unavailable']))
    .meta({ example: { store: 'ready', queue: 'ready', secrets: 'ready' } }),
});

/** For probes, which carry no token; it names no address and no version. */
export const getPlatformHealth = endpoint(
  {
    name: 'get-platform-health',
    method: 'GET',
    route: 'v1/platform/health',
    summary: 'Readiness for probes',
    tag: 'Platform',
    access: 'public',
    responses: {
      200: { description: 'Every part answers', schema: VIEW },
      503: { description: 'At least one part does not', schema: VIEW },
    },
  },
  async ({ deps }) => {
    const state = await readiness(deps);
    return answer(state.ready ? 200 : 503, state);
  },
);
