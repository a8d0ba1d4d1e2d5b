/**
 * Filters, order and pages of the in-memory store, with the semantics of Cosmos DB: values of different types never
 * compare, a missing property matches nothing and sorts first, and a continuation is a position in the order, so
 * writes between two pages neither skip nor repeat what was there all along.
 */
import { type Comparison, ContinuationInvalidError, type Filter, type Query } from '../../lib/store/port.ts';

type Scalar = string | number | boolean;

export interface Candidate {
  /** Grows with each creation: breaks ties, and is the order of queries without one. */
  readonly sequence: number;
  readonly document: unknown;
}

export interface Slice<T> {
  readonly items: readonly T[];
  readonly continuation?: string;
}

interface Position {
  readonly key: unknown;
  readonly sequence: number;
}

export function pageOf<T extends Candidate>(candidates: Iterable<T>, query: Query): Slice<T> {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > 1000) {
    throw new RangeError(`limit is 1..1000, not ${query.limit}`);
  }
  const order = ordering(query);
  const resumeAt = query.continuation === undefined ? undefined : decode(query.continuation);
  const matching = [...candidates]
    .filter(({ document }) => query.where.every((filter) => matches(document, filter)))
    .map((candidate) => ({ candidate, position: positionOf(candidate, query) }))
    .filter(({ position }) => resumeAt === undefined || order(position, resumeAt) > 0)
    .sort((a, b) => order(a.position, b.position));
  const page = matching.slice(0, query.limit);
  const last = page.at(-1);
  const items = page.map(({ candidate }) => candidate);
  return last && matching.length > page.length ? { items, continuation: encode(last.position) } : { items };
}

function positionOf(candidate: Candidate, query: Query): Position {
  const key = query.orderBy ? valueAt(candidate.document, query.orderBy.field) : undefined;
  return { key, sequence: candidate.sequence };
}

function ordering(query: Query): (a: Position, b: Position) => number {
  const sign = query.orderBy?.direction === 'desc' ? -1 : 1;
  return (a, b) => sign * (compareKeys(a.key, b.key) || a.sequence - b.sequence);
}

function encode(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decode(continuation: string): Position {
  try {
    return JSON.parse(Buffer.from(continuation, 'base64url').toString());
  } catch (cause) {
    throw new ContinuationInvalidError(continuation, { cause });
  }
}

function matches(document: unknown, { field, is, value }: Filter): boolean {
  const actual = valueAt(document, field);
  return isScalar(actual) && typeof actual === typeof value && compares(actual, is, value);
}

function compares(actual: Scalar, is: Comparison, value: Scalar): boolean {
  switch (is) {
    case '=':
      return actual === value;
    case '<':
      return actual < value;
    case '<=':
      return actual <= value;
    case '>':
      return actual > value;
    case '>=':
      return actual >= value;
    case 'startsWith':
      return typeof actual === 'string' && actual.startsWith(String(value));
  }
}

function valueAt(document: unknown, field: string): unknown {
  let value = document;
  for (const name of field.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Cosmos DB's order of types: undefined, null, booleans, numbers, strings. */
function rank(value: unknown): number {
  return value === undefined
    ? 0
    : value === null
      ? 1
      : ['boolean', 'number', 'string'].indexOf(typeof value) + 2;
}

function compareKeys(a: unknown, b: unknown): number {
  if (!isScalar(a) || !isScalar(b) || typeof a !== typeof b) return rank(a) - rank(b);
  return a < b ? -1 : a > b ? 1 : 0;
}
