/**
 * Values of the query language: JSON plus `undefined`, which is what a missing property is and what an operation on the
 * wrong types gives. Comparison and order follow Cosmos DB: types never compare with each other, and sort as
 * undefined, null, booleans, numbers, strings, arrays, objects.
 */
import type { Json, JsonObject } from '../../../lib/domain/cluster.ts';

export type Value = Json | undefined;

export function isList(value: Value): value is readonly Json[] {
  return Array.isArray(value);
}

export function isRecord(value: Value): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function property(value: Value, name: string): Value {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function element(value: Value, index: Value): Value {
  if (typeof index === 'string') return property(value, index);
  return isList(value) && typeof index === 'number' ? value[index] : undefined;
}

/** An object without the properties that are undefined: they do not exist in JSON. */
export function record(entries: Iterable<readonly [string, Value]>): JsonObject {
  return Object.fromEntries([...entries].filter(([, value]) => value !== undefined));
}

export function defined(values: Iterable<Value>): Json[] {
  return [...values].filter((value) => value !== undefined);
}

/** One text per value, whatever the order of its properties: for equality, DISTINCT and GROUP BY. */
export function canonical(value: Value): string {
  if (value === undefined) return 'undefined';
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

/** `undefined` when either side is missing or the types differ: neither equal nor unequal. */
export function equal(a: Value, b: Value): boolean | undefined {
  if (a === undefined || b === undefined || rank(a) !== rank(b)) return undefined;
  return isScalar(a) ? a === b : canonical(a) === canonical(b);
}

/** Less than, equal, greater than zero; `undefined` where `<` has no meaning. */
export function difference(a: Value, b: Value): number | undefined {
  if (a === undefined || rank(a) !== rank(b) || !isScalar(a)) return undefined;
  return compare(a, b);
}

/** The total order of ORDER BY, MIN and MAX. */
export function compare(a: Value, b: Value): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'string' && typeof b === 'string') return lessOrGreater(a, b);
  if (typeof a === 'number' && typeof b === 'number') return lessOrGreater(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return lessOrGreater(canonical(a), canonical(b));
}

function lessOrGreater<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isScalar(value: Value): boolean {
  return rank(value) < 5;
}

function rank(value: Value): number {
  if (value === undefined) return 0;
  if (value === null) return 1;
  if (typeof value === 'boolean') return 2;
  if (typeof value === 'number') return 3;
  if (typeof value === 'string') return 4;
  return isList(value) ? 5 : 6;
}
