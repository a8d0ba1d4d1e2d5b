/** Thresholds as people send them, for a project or a cluster: every part may be absent and then means what lies below. */
import { z } from 'zod';
import { coded } from '../api/schema-findings.ts';
import { parseDuration } from '../domain/duration.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';

/** Longer than a day nobody would call a watch, and shorter than ten seconds nobody measures. Our choice. */
const SHORTEST_MS = 10 * SECOND_MS;
export const LONGEST_MS = 24 * 60 * MINUTE_MS;

function isDuration(text: string): boolean {
  return (parseDuration(text) ?? 0) > 0;
}

function isInRange(text: string): boolean {
  const ms = parseDuration(text) ?? SHORTEST_MS;
  return !isDuration(text) || (ms >= SHORTEST_MS && ms <= LONGEST_MS);
}

const duration = z
  .string()
  .refine(isDuration, coded('DURATION_INVALID', 'A duration like «PT10M».'))
  .refine(isInRange, coded('THRESHOLD_INVALID', 'From ten seconds to a day.'))
  .meta({ example: 'PT10M' });

const outside = coded('THRESHOLD_INVALID', 'More than 0 and at most 100 percent.');
const metric = z
  .strictObject({
    percent: z.number().gt(0, outside).max(100, outside).meta({ example: 90 }),
    window: duration,
  })
  .readonly();

export const THRESHOLD_FIELDS = {
  heartbeat: z.strictObject({ unhealthyAfter: duration }).readonly().exactOptional(),
  metrics: z
    .strictObject({
      cpu: metric.exactOptional(),
      memory: metric.exactOptional(),
      disk: metric.exactOptional(),
    })
    .readonly()
    .exactOptional(),
};

export const THRESHOLD_SETTINGS = z.strictObject(THRESHOLD_FIELDS).readonly();
export type ThresholdSettings = z.output<typeof THRESHOLD_SETTINGS>;
