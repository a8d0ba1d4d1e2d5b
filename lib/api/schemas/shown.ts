/** Texts of answers with the value that documentation shows for them. */
import { z } from 'zod';

export function shown(example: string): z.ZodString {
  return z.string().meta({ example });
}

export const INSTANT = z.string().meta({ format: 'date-time', example: '2026-11-20T18:35:00.000Z' });
export const CLUSTER_UID = shown('8f2d5c1e-6b0a-4c58-9d0f-2f4f0f3f9a11');
