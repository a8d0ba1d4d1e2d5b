import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { pageQuery } from '../../lib/api/pagination.ts';
import { coded } from '../../lib/api/schema-findings.ts';
import { INSTANT, shown } from '../../lib/api/schemas/shown.ts';
import { type AuditRecord, isAuditCursor, readAudit } from '../../lib/audit/record.ts';
import { project } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

const RECORD = z.object({
  id: z.string().meta({
    description: 'Sorts by time; the cursor of ?after=',
    example: '1795199700000-8f2d5c1e-6b0a-4c58-9d0f-2f4f0f3f9a11',
  }),
  at: INSTANT,
  project: shown('default'),
  who: shown('ada@example.com'),
  what: z.string().meta({ example: 'cluster.create' }),
  object: z.object({ kind: shown('cluster'), name: shown('shop'), uid: z.string().optional() }),
  generationBefore: z.int().optional(),
  generationAfter: z.int().optional(),
  result: z.enum(['accepted', 'refused']),
  status: z.int().meta({ example: 202 }),
  code: z.string().optional(),
  correlationId: shown('5b8e3f0a-0c1d-4a57-9a3e-7d1c2b4e6f80'),
});

const AFTER = z
  .string()
  .refine(isAuditCursor, coded('CURSOR_INVALID', 'after is the id of an audit record.'))
  .optional();

export const listAudit = endpoint(
  {
    name: 'list-audit',
    method: 'GET',
    route: 'v1/audit',
    summary: 'Who did what in a project, oldest first',
    tag: 'Audit',
    access: { role: 'admin' },
    query: z.object({ project, after: AFTER, limit: pageQuery('audit').limit }),
    responses: { 200: { description: 'Records after the given one', schema: listOf(RECORD) } },
  },
  async ({ deps, query: { project: name, after, limit }, url }) => {
    const records = await readAudit(deps, name, { limit, ...(after !== undefined && { after }) });
    const last = records.length === limit ? records.at(-1) : undefined;
    return answer(200, {
      items: records.map(toView),
      ...(last !== undefined && { nextLink: nextLink(url, last.id) }),
    });
  },
);

function toView({ type: _type, ttl: _ttl, ...record }: AuditRecord): z.output<typeof RECORD> {
  return record;
}

function nextLink(url: string, after: string): string {
  const next = new URL(url);
  next.searchParams.set('after', after);
  return next.href;
}
