/** Usage as it is asked for and as it goes out. */
import { z } from 'zod';
import { type Problem, problem } from '../../../lib/api/problem.ts';
import { coded } from '../../../lib/api/schema-findings.ts';
import { INSTANT } from '../../../lib/api/schemas/shown.ts';
import { parseDuration } from '../../../lib/domain/duration.ts';
import { type EpochMs, HOUR_MS, toEpochMs } from '../../../lib/domain/time.ts';
import { type Range, rangeOf } from '../../../lib/usage/range.ts';
import { INCLUDES } from '../../../lib/usage/view.ts';

const rangeRule = coded('RANGE_INVALID', 'from and to are instants like 2026-11-20T18:35:00Z.');
const stepRule = coded('STEP_INVALID', 'step is a number of seconds, or a duration like PT5M.');

const at = z.iso.datetime({ offset: true, ...rangeRule }).transform(toEpochMs);

/** Milliseconds. */
function stepOf(text: string): number | undefined {
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  return ms !== undefined && ms >= 1000 && Number.isInteger(ms / 1000) ? ms : undefined;
}

export const RANGE_QUERY = z.object({
  from: at
    .optional()
    .meta({ description: 'An hour before `to` when absent', example: '2026-11-20T17:35:00Z' }),
  to: at.optional().meta({ description: 'Now when absent', example: '2026-11-20T18:35:00Z' }),
  step: z
    .string()
    .refine((text) => stepOf(text) !== undefined, stepRule)
    .transform(stepOf)
    .optional()
    .meta({
      description:
        'Seconds or an ISO 8601 duration between two points; a minute when absent. Raised to what is kept: as measured for 2 hours, 5 minutes for 2 days, an hour for 30 days.',
      example: '300',
    }),
});

export const USAGE_QUERY = RANGE_QUERY.extend({
  include: z
    .enum(INCLUDES, coded('INCLUDE_INVALID', `include is one of ${INCLUDES.join(', ')}.`))
    .default('workers')
    .meta({ description: 'The nodes that count' }),
});

const DEFAULT_MS = HOUR_MS;

export function rangeIn(query: z.output<typeof RANGE_QUERY>, nowMs: EpochMs): Range | Problem {
  const toMs = query.to ?? nowMs;
  const fromMs = query.from ?? toMs - DEFAULT_MS;
  if (fromMs <= toMs) return rangeOf(fromMs, toMs, nowMs, query.step);
  const [code, message] = ['RANGE_INVALID', 'from is after to.'];
  return problem(422, code, message, { errors: [{ path: '/from', code, message }] });
}

const SERIES = z.array(z.tuple([INSTANT, z.number()]));
const METRIC = (unit: string) =>
  z
    .object({
      current: z.number().nullable().meta({ description: unit }),
      percent: z.number().nullable().meta({ description: 'Of the capacity of the nodes that were measured' }),
      series: SERIES,
      percentSeries: SERIES,
    })
    .nullable();

const byName = z.record(z.string(), z.number());

export const USAGE_VIEW = z
  .object({
    coresUsed: z
      .object({ total: z.number(), byPool: byName, byNode: byName })
      .nullable()
      .meta({ description: 'null: nothing was measured lately' }),
    cpuUsage: METRIC('Cores'),
    memoryUsage: METRIC('Bytes'),
    diskUsage: METRIC('Bytes'),
    cpuRequests: z.number().nullable().meta({ description: 'Cores that all pods ask for' }),
    memoryRequests: z.number().nullable().meta({ description: 'Bytes that all pods ask for' }),
    include: z.enum(INCLUDES),
    from: INSTANT,
    to: INSTANT,
    stepSeconds: z.number(),
  })
  .meta({ id: 'Usage' });
