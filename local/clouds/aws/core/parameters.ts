/**
 * Schemas of parameters, for forms (where everything is text) and JSON alike, and the refusals of what does not fit:
 * the first problem is told, as AWS does.
 */
import { z } from 'zod';
import { AwsFault } from './fault.ts';

/** How a service calls its refusals of parameters. */
export interface ParameterWords {
  readonly missing: string;
  readonly unknown: string;
  readonly invalid: string;
}

export const text = z.string();
export const flag = z.union([
  z.boolean(),
  z.enum(['true', 'false', 'True', 'False']).transform((value) => value.toLowerCase() === 'true'),
]);
export const whole = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);

/** A list that may be absent; forms of some services send an empty one as an empty text. */
export const list = <S extends z.ZodType>(item: S) =>
  z
    .union([z.array(item), z.literal('').transform((): z.output<S>[] => [])])
    .optional()
    .transform((items): readonly z.output<S>[] => items ?? []);

export const tag = z.strictObject({ Key: text, Value: text.default('') });
export const tagSpecifications = list(z.strictObject({ ResourceType: text, Tag: list(tag) }));
export const filters = list(z.strictObject({ Name: text, Value: list(text) }));

/** Members of every paged describe of EC2, next to its ids. */
export const paged = {
  Filter: filters,
  MaxResults: whole.optional(),
  NextToken: text.optional(),
};

export function parseParameters<S extends z.ZodType>(
  schema: S,
  params: unknown,
  words: ParameterWords,
): z.output<S> {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  throw faultOf(parsed.error.issues[0], words);
}

type Issue = z.core.$ZodIssue;

function faultOf(issue: Issue | undefined, words: ParameterWords): AwsFault {
  if (!issue) return new AwsFault(words.invalid, 'The parameters are invalid.');
  const where = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const name = pathOf([...issue.path, ...issue.keys.slice(0, 1)]);
    return new AwsFault(words.unknown, `The parameter ${name} is not recognized`);
  }
  if (issue.input === undefined && isAbsence(issue))
    return new AwsFault(words.missing, `The request must contain the parameter ${where}`);
  return new AwsFault(words.invalid, `Value for parameter ${where} is invalid. ${issue.message}`);
}

/** A required member that is not there, also one of several forms. */
function isAbsence(issue: Issue): boolean {
  if (issue.code === 'invalid_type') return issue.message.includes('received undefined');
  if (issue.code === 'invalid_union')
    return issue.errors.every((branch) => branch.every((each) => isAbsence(each)));
  return issue.code === 'invalid_value' && issue.message.includes('received undefined');
}

/** `Filter.1.Name`: positions count from one. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path.map((step) => (typeof step === 'number' ? String(step + 1) : String(step))).join('.');
