/** Reading what others wrote for a machine: a value, or what is wrong with it in the words of who would refuse it. */
import type { z } from 'zod';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const refused = (problem: string): Parsed<never> => ({ ok: false, problem });

/** The first thing that does not fit, with where it stands: `runcmd/0: expected string`. */
export function shaped<T>(what: string, shape: z.ZodType<T>, value: unknown): Parsed<T> {
  const result = shape.safeParse(value);
  if (result.success) return parsed(result.data);
  const [issue] = result.error.issues;
  const where = issue?.path.join('/') || 'top level';
  return refused(`${what}: ${where}: ${issue?.message ?? 'does not fit'}`);
}
