/**
 * Schema first, but not schema only: what a schema refuses is cut out of the value, so that the rules can judge the rest
 * and one answer says everything.
 */
import type { z } from 'zod';
import type { Finding } from '../domain/findings.ts';
import { schemaFindings } from './schema-findings.ts';

export interface Lenient<T> {
  /** The value without its refused parts; `undefined` when nothing was left to read. */
  readonly value: T | undefined;
  readonly findings: readonly Finding[];
}

export function parseLeniently<T>(schema: z.ZodType<T>, raw: unknown, at = ''): Lenient<T> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data, findings: [] };
  const rest = schema.safeParse(pruned(raw, parsed.error.issues));
  return {
    value: rest.success ? rest.data : undefined,
    findings: schemaFindings(parsed.error, raw).map((finding) => ({ ...finding, path: at + finding.path })),
  };
}

function pruned(raw: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy: unknown = structuredClone(raw);
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) cut(copy, [...issue.path, key]);
    } else {
      cut(copy, issue.path);
    }
  }
  return copy;
}

/** What is missing cannot be cut out: then what misses it goes. */
function cut(root: unknown, path: readonly PropertyKey[]): void {
  const last = path.at(-1);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((inner, key) => (isContainer(inner) ? Reflect.get(inner, key) : undefined), root);
  if (last === undefined) return;
  if (isContainer(parent) && Object.hasOwn(parent, last)) Reflect.deleteProperty(parent, last);
  else cut(root, path.slice(0, -1));
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
