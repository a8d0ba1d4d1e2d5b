/** Findings as they go out. */
import { z } from 'zod';
import { shown } from '../../../lib/api/schemas/shown.ts';
import type { Finding } from '../../../lib/domain/findings.ts';

export const FINDING = z.object({
  severity: z.enum(['error', 'warning', 'info']).meta({ example: 'warning' }),
  code: z.string().meta({ example: 'QUOTA_SHORT' }),
  message: shown('12 vCPU are needed, 8 are left.'),
  path: z.string().optional().meta({ description: 'JSON pointer into the request' }),
  hint: z.string().optional().meta({ description: 'What to do about it, and who can' }),
});

export type FindingView = z.output<typeof FINDING>;

export function toFinding({ severity, code, message, path, hint }: Finding): FindingView {
  return { severity, code, message, ...(path !== '' && { path }), ...(hint !== undefined && { hint }) };
}
