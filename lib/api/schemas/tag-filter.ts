/** Resource filters of members as they are sent (A188): `{and|or: [{tag, is|isNot}]}`, groups inside groups allowed. */
import { z } from 'zod';
import type { TagFilter, TagTest } from '../../domain/tag-filter.ts';
import { coded } from '../schema-findings.ts';

const rule = coded(
  'FILTER_INVALID',
  'A filter is {"and": [...]} or {"or": [...]} of {"tag", "is"} and {"tag", "isNot"}, nested 4 deep and 50 tests long at most.',
);
const MAX_TESTS = 50;
const MAX_DEPTH = 4;

const TAG = z.string().min(1).max(128);
const VALUE = z.string().max(256);

const TEST = z.union([z.strictObject({ tag: TAG, is: VALUE }), z.strictObject({ tag: TAG, isNot: VALUE })]);

/** One code for whatever is wrong with it: a filter is one expression. */
export const TAG_FILTER: z.ZodType<TagFilter> = z
  .unknown()
  .transform((given, ctx): TagFilter => {
    const filter = readGroup(given, 1);
    if (filter && countTests(filter) <= MAX_TESTS) return filter;
    ctx.addIssue({ code: 'custom', message: rule.error() });
    return z.NEVER;
  })
  .meta({
    id: 'TagFilter',
    description: 'Which tagged objects a member sees; a missing tag satisfies isNot',
    type: 'object',
    example: { and: [{ tag: 'department', is: 'finance' }] },
  });

function readGroup(given: unknown, depth: number): TagFilter | undefined {
  if (depth > MAX_DEPTH || typeof given !== 'object' || given === null) return undefined;
  const [entry, ...more] = Object.entries(given);
  if (!entry || more.length > 0 || !Array.isArray(entry[1]) || entry[1].length === 0) return undefined;
  const items = entry[1].slice(0, MAX_TESTS + 1).map((item: unknown) => readItem(item, depth));
  const whole = items.filter((item) => item !== undefined);
  if (whole.length < items.length) return undefined;
  if (entry[0] === 'and') return { and: whole };
  return entry[0] === 'or' ? { or: whole } : undefined;
}

function readItem(given: unknown, depth: number): TagTest | TagFilter | undefined {
  const test = TEST.safeParse(given);
  return test.success ? test.data : readGroup(given, depth + 1);
}

function countTests(node: TagTest | TagFilter): number {
  if ('tag' in node) return 1;
  return ('and' in node ? node.and : node.or).reduce((sum, inner) => sum + countTests(inner), 0);
}
