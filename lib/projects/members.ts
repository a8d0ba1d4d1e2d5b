/** Members of a project: who has which role, and which of its objects they see. grants.ts reads what is written here. */
import type { Role } from '../api/auth/caller.ts';
import { type MemberDocument, memberId, projectAddress } from '../api/auth/grants.ts';
import type { Deps } from '../deps.ts';
import type { TagFilter } from '../domain/tag-filter.ts';

type StoreDeps = Pick<Deps, 'store'>;

export interface Membership {
  readonly role: Role;
  readonly filter?: TagFilter;
}

export async function readMember(
  { store }: StoreDeps,
  project: string,
  subject: string,
): Promise<MemberDocument | undefined> {
  const stored = await store.read<MemberDocument>(projectAddress(project), memberId(subject));
  return stored?.document;
}

export async function putMember(
  deps: StoreDeps,
  at: { readonly project: string; readonly subject: string },
  { role, filter }: Membership,
): Promise<{ readonly document: MemberDocument; readonly created: boolean }> {
  const before = await readMember(deps, at.project, at.subject);
  const document: MemberDocument = {
    id: memberId(at.subject),
    type: 'member',
    ...at,
    role,
    ...(filter !== undefined && { filter }),
  };
  await deps.store.upsert(projectAddress(at.project), document);
  return { document, created: before === undefined };
}

/** False: nobody of that name was a member. */
export async function removeMember({ store }: StoreDeps, project: string, subject: string): Promise<boolean> {
  const removed = await store.delete(projectAddress(project), memberId(subject));
  return removed.kind === 'deleted';
}
