/** Projects and members as they go in and out. */
import { z } from 'zod';
import { etagOf } from '../../../lib/api/etag.ts';
import { INSTANT, shown } from '../../../lib/api/schemas/shown.ts';
import type { ProjectDocument } from '../../../lib/projects/projects.ts';

/** Fields that reads add: a read can be edited and sent back. */
const ignored = z.unknown().optional();

export const PROJECT_BODY = z.strictObject({
  description: z.string().max(1024).optional(),
  name: ignored,
  generation: ignored,
  createdAt: ignored,
  updatedAt: ignored,
});

export const PROJECT_VIEW = z.object({
  name: shown('default'),
  description: shown('everything that earns money').optional(),
  generation: z.int(),
  createdAt: INSTANT,
  updatedAt: INSTANT,
});

export type ProjectView = z.output<typeof PROJECT_VIEW>;

export function toProject(document: ProjectDocument): ProjectView {
  const { name, description, generation, createdAt, updatedAt } = document;
  return { name, ...(description !== undefined && { description }), generation, createdAt, updatedAt };
}

export function projectEtag({ generation }: ProjectDocument): string {
  return etagOf({ generation, revision: 0 });
}

/** `schema` with the fields of a list around it. */
export function listOf<T extends z.ZodType>(schema: T) {
  return z.object({ items: z.array(schema), nextLink: z.string().optional() });
}
