/** Members as they go in and out. */
import { z } from 'zod';
import { ROLES } from '../../../lib/api/auth/caller.ts';
import type { MemberDocument } from '../../../lib/api/auth/grants.ts';
import { shown } from '../../../lib/api/schemas/shown.ts';
import { TAG_FILTER } from '../../../lib/api/schemas/tag-filter.ts';

const fields = {
  role: z.enum(ROLES),
  filter: TAG_FILTER.optional(),
};

export const MEMBER_BODY = z.strictObject({ ...fields, subject: z.unknown().optional() });
export const MEMBER_VIEW = z.object({ subject: shown('ada@example.com'), ...fields });

export function toMember({ subject, role, filter }: MemberDocument) {
  return { subject, role, ...(filter !== undefined && { filter }) };
}
