/**
 * Lists: `{items, nextLink?}`. A continuation is the store's own, sealed with the name of the list that it belongs to, so
 * that a damaged one, or one of another list, is refused before the store sees it. The seal is no secret: a continuation
 * grants nothing, it only says where a list that the caller may read goes on.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Problem, problem } from './problem.ts';
import { coded } from './schema-findings.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

const limitRule = coded('LIMIT_INVALID', `limit is a whole number from 1 to ${MAX_LIMIT}.`);
const CURSOR_INVALID = ['CURSOR_INVALID', 'This continuation is not one that this list gave.'] as const;
const cursorRule = coded(...CURSOR_INVALID);

/** Query parameters of a list, to be spread into its schema: `z.object({...pageQuery('clusters')})`. */
export function pageQuery(list: string) {
  return {
    limit: z
      .string()
      .regex(/^\d{1,3}$/, limitRule)
      .transform(Number)
      .pipe(z.number().min(1, limitRule).max(MAX_LIMIT, limitRule))
      .default(DEFAULT_LIMIT)
      .meta({ description: 'Items on one page: 1 to 100', example: '50' }),
    continuation: z
      .string()
      .refine((text) => open(list, text) !== undefined, cursorRule)
      .transform((text) => open(list, text) ?? '')
      .optional()
      .meta({ description: 'Opaque; follow nextLink instead of making one' }),
  };
}

/** The seal can be copied; what is in it then, only the store can tell. */
export function cursorInvalid(): Problem {
  const [code, message] = CURSOR_INVALID;
  return problem(422, code, message, { errors: [{ path: '/continuation', code, message }] });
}

export interface List<T> {
  readonly items: readonly T[];
  /** Absolute address of the next page; absent on the last one. */
  readonly nextLink?: string;
}

/** `url`: of the request. `continuation`: the store's, absent on the last page. */
export function toList<T>(
  list: string,
  url: string,
  page: { readonly items: readonly T[]; readonly continuation?: string | undefined },
): List<T> {
  if (page.continuation === undefined) return { items: page.items };
  const next = new URL(url);
  next.searchParams.set('continuation', seal(list, page.continuation));
  return { items: page.items, nextLink: next.href };
}

const MAX_CURSOR_LENGTH = 8_192;

function seal(list: string, continuation: string): string {
  return `${checksum(list, continuation)}.${Buffer.from(continuation).toString('base64url')}`;
}

function open(list: string, text: string): string | undefined {
  if (text.length > MAX_CURSOR_LENGTH) return undefined;
  const [sum, encoded] = text.split('.');
  if (sum === undefined || encoded === undefined) return undefined;
  const continuation = Buffer.from(encoded, 'base64url').toString();
  return seal(list, continuation) === text ? continuation : undefined;
}

function checksum(list: string, continuation: string): string {
  return createHash('sha256').update(`${list}\n${continuation}`).digest('base64url').slice(0, 16);
}
