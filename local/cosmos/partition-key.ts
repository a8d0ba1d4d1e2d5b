/** Partition keys: read from a document by the container's paths, or from a request's header; compared as JSON text. */
import { z } from 'zod';
import type { Json, JsonObject } from '../../lib/domain/cluster.ts';
import { badRequest } from './errors.ts';
import { property, type Value } from './query/values.ts';

/** The value at `/a/b` of a document. */
export function valueAt(document: JsonObject, path: string): Value {
  const names = path.split('/').slice(1);
  return names.reduce<Value>((value, name) => property(value, name.replaceAll('"', '')), document);
}

/** A missing key is written `{}`, as clients send it. */
export function partitionOf(document: JsonObject, paths: readonly string[]): string {
  const values = paths.map((path): Json => {
    const value = valueAt(document, path);
    return value === undefined ? {} : value;
  });
  return JSON.stringify(values);
}

export interface Scope {
  readonly partition: string;
  /** Some of the levels of a hierarchical key: all partitions below it. */
  readonly prefix: boolean;
}

/** `undefined`: all partitions. */
export function scopeOf(header: string | undefined, levels: number): Scope | undefined {
  if (header === undefined) return undefined;
  const values = parse(header);
  if (values.length === 0) return undefined;
  return { partition: JSON.stringify(values), prefix: values.length < levels };
}

export function isBelow(partition: string, prefix: string): boolean {
  return partition.startsWith(`${prefix.slice(0, -1)},`);
}

/** Made once: every request on documents reads it. */
const Values = z.array(z.json());

function parse(header: string): readonly Json[] {
  try {
    return Values.parse(JSON.parse(header));
  } catch {
    throw badRequest(`Partition key ${header} is invalid.`);
  }
}
