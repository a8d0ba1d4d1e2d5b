import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { schemaFindings } from '../schema-findings.ts';
import { TAG_FILTER } from './tag-filter.ts';

const member = z.strictObject({ filter: TAG_FILTER.optional() });
const one = { tag: 'a', is: 'b' };
const nest = (levels: number): unknown => (levels === 0 ? one : { and: [nest(levels - 1)] });

describe('[A188] a filter', () => {
  test.each([
    [{ and: [one] }],
    [{ or: [one, { tag: 'c', isNot: '' }] }],
    [{ and: [one, { or: [one] }] }],
    [nest(4)],
    [{ or: Array.from({ length: 50 }, () => one) }],
  ])('%j is taken as it is', (filter) => {
    expect(member.parse({ filter })).toEqual({ filter });
  });

  test.each([
    [{}],
    [{ and: [] }],
    [{ and: one }],
    [{ xor: [one] }],
    [{ and: [one], or: [one] }],
    [{ and: [{ tag: 'a' }] }],
    [{ and: [{ tag: 'a', is: 'b', isNot: 'c' }] }],
    [{ and: [{ tag: '', is: 'b' }] }],
    [{ and: [{ tag: 'a', is: 1 }] }],
    [one],
    ['department=finance'],
    [nest(5)],
    [{ or: Array.from({ length: 51 }, () => one) }],
  ])('%j is FILTER_INVALID', (filter) => {
    const parsed = member.safeParse({ filter });
    expect(parsed.success ? [] : schemaFindings(parsed.error, { filter })).toMatchObject([
      { code: 'FILTER_INVALID', path: '/filter' },
    ]);
  });
});
