/** A plan as it goes out: what a change would do, step by step. */
import { z } from 'zod';
import { shown } from '../../../lib/api/schemas/shown.ts';

export const PLAN_VIEW = z
  .object({
    hash: z.string().meta({ description: 'Equal for equal plans', example: '3f9a1c' }),
    summary: shown('Pool work: 2 nodes are added.'),
    steps: z.array(
      z.object({
        step: shown('aks/pool:work'),
        action: z.enum(['create', 'update', 'replace', 'delete', 'wait', 'none']),
        target: shown('Pool work'),
        reason: shown('2 nodes are added.'),
        effect: z.enum(['none', 'in-place', 'rolling']),
      }),
    ),
    nodes: z.object({ created: z.int(), replaced: z.int(), deleted: z.int() }),
    findings: z.array(
      z.object({
        severity: shown('warning'),
        code: shown('QUOTA_SHORT'),
        path: shown('/pools'),
        message: shown('12 vCPU are needed, 8 are left.'),
      }),
    ),
  })
  .meta({ id: 'Plan' });
