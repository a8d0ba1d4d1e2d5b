import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { problem } from '../../lib/api/problem.ts';
import { INSTANT, shown } from '../../lib/api/schemas/shown.ts';
import { readSpot } from '../../lib/spot/read-spot.ts';
import { POOL } from './shapes/paths.ts';
import { POOL_TARGET } from './shapes/pool.ts';

const usd = z.number().meta({ example: 0.0402 });

const SPOT = z.object({
  pool: shown('batch'),
  instanceType: shown('m5.large'),
  maxBidPercent: z.number().meta({ example: 50 }),
  fallback: z.enum(['none', 'on-demand']).meta({ example: 'none' }),
  onDemandUsd: usd.nullable().meta({ description: 'Dollars an hour; null until the price list answered' }),
  limitUsd: usd.nullable().meta({ description: 'Most that is paid, dollars an hour' }),
  zones: z.array(
    z.object({
      zone: shown('eu-central-1a'),
      usd,
      percentOfOnDemand: z.number().nullable().meta({ example: 35 }),
      withinBid: z.boolean().nullable(),
    }),
  ),
  observedAt: INSTANT.nullable().meta({ description: 'Null until a price was seen' }),
});

export const getPoolSpot = endpoint(
  {
    name: 'get-pool-spot',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/pools/{pool}/spot',
    summary: 'Spot prices of a pool by zone, and the most that is paid',
    tag: 'Pools',
    access: { role: 'viewer' },
    params: POOL,
    locate: POOL_TARGET,
    responses: {
      200: { description: 'The prices as they are now, or as they were last seen', schema: SPOT },
      404: { description: 'SPOT_NOT_FOUND: the pool is not spot' },
    },
  },
  async ({ deps, target, params }) => {
    const pool = target.spec.pools.find(({ name }) => name === params.pool);
    const spot = pool && (await readSpot(deps, target, pool));
    if (spot) return answer(200, spot);
    return problem(404, 'SPOT_NOT_FOUND', `Pool ${params.pool} runs on demand; it has no spot prices.`);
  },
);
