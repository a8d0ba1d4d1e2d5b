/**
 * One page of a query's rows and where the next begins. Where each row is one document, a continuation is a position
 * in the order, so writes between two pages neither skip nor repeat; for rows that are made of many (aggregates, joins,
 * DISTINCT, OFFSET) it is a count of rows, the best that can be said.
 */
import { z } from 'zod';
import type { Variables } from './evaluate.ts';
import { type Candidate, compareKeys, type Row, rowsOver } from './rows.ts';
import type { Select } from './syntax.ts';
import { QueryError } from './tokens.ts';
import type { Value } from './values.ts';

export interface Page {
  readonly values: readonly Value[];
  readonly continuation?: string;
}

export interface PageRequest {
  readonly select: Select;
  readonly parameters: Variables;
  readonly size: number;
  readonly continuation?: string;
}

/** `origin` is the place of the document in the container: it breaks ties of the order. */
export function pageOf(request: PageRequest, candidates: Iterable<Candidate<number>>): Page {
  const rows = rowsOver(request.select, request.parameters, candidates);
  const from = request.continuation === undefined ? undefined : decode(request.continuation);
  return isOneRowPerDocument(request.select) ? byPosition(request, rows, from) : byCount(request, rows, from);
}

const CONTINUATION = z.object({
  /** Wrapped, because a missing value is not `null` and JSON has no other word for it in a list. */
  key: z.array(z.object({ is: z.json().optional() })).default([]),
  origin: z.number().optional(),
  count: z.number().default(0),
});
type Continuation = z.infer<typeof CONTINUATION>;

interface Position {
  readonly key: readonly Value[];
  readonly origin?: number | undefined;
}

function decode(text: string): Continuation {
  try {
    return CONTINUATION.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (cause) {
    throw new QueryError('Invalid continuation token.', { cause });
  }
}

function encode(continuation: object): string {
  return Buffer.from(JSON.stringify(continuation)).toString('base64url');
}

function isOneRowPerDocument(select: Select): boolean {
  const { distinct, aggregates, groupBy, joins, top, limit, from } = select;
  return (
    !distinct &&
    !aggregates &&
    groupBy.length === 0 &&
    joins.length === 0 &&
    !top &&
    !limit &&
    !from?.iterates
  );
}

function byPosition(request: PageRequest, rows: readonly Row<number>[], from?: Continuation): Page {
  const compareRows = (a: Position, b: Position) =>
    compareKeys(request.select, a.key, b.key) || (a.origin ?? 0) - (b.origin ?? 0);
  const start: Position | undefined = from && { key: from.key.map(({ is }) => is), origin: from.origin };
  const left = rows.toSorted(compareRows).filter((row) => !start || compareRows(row, start) > 0);
  const page = left.slice(0, request.size);
  const last = page.at(-1);
  const values = page.map(({ value }) => value);
  if (!last || left.length === page.length) return { values };
  return { values, continuation: encode({ key: last.key.map((is) => ({ is })), origin: last.origin }) };
}

function byCount(request: PageRequest, rows: readonly Row<number>[], from?: Continuation): Page {
  const start = from?.count ?? 0;
  const end = start + request.size;
  const values = rows.slice(start, end).map(({ value }) => value);
  return end < rows.length ? { values, continuation: encode({ count: end }) } : { values };
}
