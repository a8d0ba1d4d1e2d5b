/** A plan as it goes out: what a change would do, step by step. */
import { z } from 'zod';

export const PLAN_VIEW = z
  .object({
    hash: z.string().meta({ description: 'Equal for equal plans' }),
    summary: z.string(),
    steps: z.array(
      z.object({
        step: z.string(),
        action: z.enum(['create', 'update', 'replace', 'delete', 'wait', 'none']),
        target: z.string(),
        reason: z.string(),
        effect: z.enum(['none', 'in-place', 'rolling']),
      }),
    ),
    nodes: z.object({ created: z.int(), replaced: z.int(), deleted: z.int() }),
    findings: z.array(
      z.object({ severity: z.string(), code: z.string(), path: z.string(), message: z.string() }),
    ),
  })
  .meta({ id: 'Plan' });
