import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { pageQuery, toList } from './pagination.ts';
import { schemaFindings } from './schema-findings.ts';

const query = z.object(pageQuery('clusters'));
const codes = (given: Record<string, string>) => {
  const parsed = query.safeParse(given);
  return parsed.success ? [] : schemaFindings(parsed.error, given).map(({ code, path }) => `${path} ${code}`);
};
const cursorOf = (link: string | undefined) => new URL(link ?? '').searchParams.get('continuation') ?? '';

describe('a page', () => {
  test('50 items unless asked otherwise', () => {
    expect(query.parse({})).toEqual({ limit: 50 });
    expect(query.parse({ limit: '100' })).toEqual({ limit: 100 });
  });

  test.each(['0', '101', '-1', '1.5', '1e1', '', 'ten'])('limit=%s is refused', (limit) => {
    expect(codes({ limit })).toEqual(['/limit LIMIT_INVALID']);
  });

  test('nextLink is the same address with a continuation that gives the store its own back', () => {
    const list = toList('clusters', 'https://x.test/api/v1/projects/p/clusters?limit=2&q=a', {
      items: [1],
      continuation: '{"from":"ü"}',
    });
    expect(list.nextLink).toMatch(
      /^https:\/\/x\.test\/api\/v1\/projects\/p\/clusters\?limit=2&q=a&continuation=/,
    );
    expect(query.parse({ continuation: cursorOf(list.nextLink) })).toEqual({
      limit: 50,
      continuation: '{"from":"ü"}',
    });
  });

  test('the last page has no nextLink', () => {
    expect(toList('clusters', 'https://x.test/', { items: [1] })).toEqual({ items: [1] });
  });

  test('[A93] a damaged continuation and one of another list are refused', () => {
    const foreign = cursorOf(
      toList('events', 'https://x.test/', { items: [], continuation: 'abc' }).nextLink,
    );
    const own = cursorOf(toList('clusters', 'https://x.test/', { items: [], continuation: 'abc' }).nextLink);
    for (const continuation of ['', 'x', 'a.b', foreign, `${own}A`, own.slice(1), 'x'.repeat(9000)]) {
      expect(codes({ continuation })).toEqual(['/continuation CURSOR_INVALID']);
    }
  });
});
