/**
 * What zod says about a value, in the words of the API: a JSON pointer, a code and a sentence. A schema that has a code
 * of its own says so with `coded` in its message parameters; everything else falls into the general codes.
 */
import type { z } from 'zod';
import { type Finding, violation } from '../domain/findings.ts';

type Issue = z.core.$ZodIssue;

export function schemaFindings(error: z.ZodError, value: unknown): readonly Finding[] {
  return error.issues.flatMap((issue) => toFindings(issue, value));
}

/** RFC 6901. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** For `error:` of a schema: its issues carry this code instead of a general one. */
export function coded(code: string, message: string): { readonly error: () => string } {
  return { error: () => `${code}${SEPARATOR}${message}` };
}

/** Between code and sentence in an issue's message: zod hands nothing else through for every kind of issue. */
const SEPARATOR = '\u0000';

function toFindings(issue: Issue, value: unknown): readonly Finding[] {
  const own = issue.message.split(SEPARATOR);
  if (own[0] !== undefined && own[1] !== undefined) return [violation(own[0], pointer(issue.path), own[1])];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        violation(
          'UNKNOWN_FIELD',
          pointer([...issue.path, key]),
          `There is no field «${printable(key)}» here.`,
        ),
      );
    case 'invalid_union':
      return unionFindings(issue, value);
    case 'invalid_key':
      return [violation('VALUE_INVALID', pointer(issue.path), 'This key is not allowed here.')];
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
    case 'custom':
      return [plainFinding(issue, value)];
  }
}

function plainFinding(issue: Issue, value: unknown): Finding {
  const at = pointer(issue.path);
  const found = valueAt(value, issue.path);
  if (found === undefined) return violation('REQUIRED', at, 'This field is required.');
  if (issue.code === 'invalid_type') {
    return violation('TYPE_INVALID', at, `Expected ${issue.expected}, got ${typeName(found)}.`);
  }
  return violation('VALUE_INVALID', at, issue.message);
}

/** The branch that came closest speaks: one with the fewest issues. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, value: unknown): readonly Finding[] {
  const closest = [...issue.errors].sort((a, b) => a.length - b.length)[0];
  if (!closest) return [plainFinding(issue, value)];
  return closest.flatMap((inner) => toFindings({ ...inner, path: [...issue.path, ...inner.path] }, value));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Keys are the caller's text: short and without control characters in a message. */
function printable(key: string): string {
  return key.replaceAll(/\p{C}/gu, '?').slice(0, 60);
}
