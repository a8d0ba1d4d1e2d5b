/** Health and its thresholds as they go in and out. */
import { z } from 'zod';
import { INSTANT, shown } from '../../../lib/api/schemas/shown.ts';
import { HEALTH_FACTORS } from '../../../lib/domain/health.ts';
import { THRESHOLD_FIELDS } from '../../../lib/health/threshold-settings.ts';
import { FINDING } from './finding.ts';

const STATUS = z.enum(['Healthy', 'Unhealthy', 'Unknown']).meta({ example: 'Healthy' });
const FACTOR = z.object({ status: STATUS, since: INSTANT }).readonly();

const METRIC = z
  .object({ percent: z.number().meta({ example: 90 }), window: shown('PT10M') })
  .readonly()
  .meta({ description: 'Above it for a whole window is too much' });

const THRESHOLDS = z.object({
  heartbeat: z
    .object({ unhealthyAfter: shown('PT10M') })
    .readonly()
    .meta({ description: 'Silence for so long is a problem' }),
  metrics: z.object({ cpu: METRIC, memory: METRIC, disk: METRIC }).readonly(),
});

export const HEALTH_VIEW = z
  .object({
    status: STATUS,
    since: INSTANT,
    reasons: z
      .array(
        z
          .object({
            factor: z.enum(HEALTH_FACTORS),
            code: shown('NODE_NOT_READY'),
            message: shown('Node worker-0 is not ready.'),
            node: shown('worker-0').exactOptional(),
            since: INSTANT,
          })
          .readonly(),
      )
      .readonly()
      .meta({ description: 'Empty when everything is known to be well' }),
    factors: z.object({ heartbeat: FACTOR, nodeConditions: FACTOR, metrics: FACTOR }).readonly(),
    thresholds: THRESHOLDS.readonly().meta({ description: 'Of the cluster, over its project, over ours' }),
    generation: z.int().meta({ description: 'Of the thresholds of the cluster itself; 0: it has none' }),
  })
  .meta({ id: 'Health' });

/** What the answer adds is ignored, so that it can be edited and sent back. */
const ignored = z.unknown().optional();
export const THRESHOLDS_BODY = z.strictObject({
  ...THRESHOLD_FIELDS,
  generation: ignored,
  warnings: ignored,
});

export const THRESHOLDS_VIEW = z.object({
  ...THRESHOLDS.shape,
  generation: z.int(),
  warnings: z.array(FINDING).optional(),
});
