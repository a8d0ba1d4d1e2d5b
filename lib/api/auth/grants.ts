/**
 * What a caller may do in a project: the token's roles, and the project's member documents. A member document is the
 * more specific word and wins over the token, so it can narrow as well as widen; only an admin of the whole deployment
 * stands above it.
 */
import { createHash } from 'node:crypto';
import type { Deps } from '../../deps.ts';
import type { Tags } from '../../domain/cluster.ts';
import { matchesTags, type TagFilter } from '../../domain/tag-filter.ts';
import type { Address, StoredDocument } from '../../store/port.ts';
import { type Caller, type Grant, isDeploymentAdmin, type Role, tokenRole } from './caller.ts';

export interface MemberDocument extends StoredDocument {
  readonly type: 'member';
  readonly project: string;
  readonly subject: string;
  readonly role: Role;
  readonly filter?: TagFilter;
}

/** A project is one document in its own partition; it exists when this does. */
export const PROJECT_ID = 'project';

export function projectAddress(project: string): Address {
  return { container: 'directory', partition: project };
}

/** Ids of the store end at 1,023 bytes: https://learn.microsoft.com/azure/cosmos-db/concepts-limits */
const MAX_ENCODED = 900;

/** Subjects are other people's texts: what cannot be part of an id, or is too long for one, is told by its hash. */
export function memberId(subject: string): string {
  const encoded = subject.isWellFormed() ? encodeURIComponent(subject) : undefined;
  if (encoded !== undefined && encoded.length <= MAX_ENCODED) return `member:${encoded}`;
  return `member-hash:${createHash('sha256').update(JSON.stringify(subject)).digest('hex')}`;
}

/** `undefined`: the caller has no business in this project, or there is no such project. */
export async function grantIn(
  { store }: Pick<Deps, 'store'>,
  caller: Caller,
  project: string,
  may: { readonly beAbsent: boolean },
): Promise<Grant | undefined> {
  const at = projectAddress(project);
  const [found, member] = await Promise.all([
    may.beAbsent ? true : store.read(at, PROJECT_ID),
    isDeploymentAdmin(caller) ? undefined : store.read<MemberDocument>(at, memberId(caller.subject)),
  ]);
  if (!found) return undefined;
  if (member) return toGrant(member.document);
  const role = tokenRole(caller, project);
  return role === undefined ? undefined : { role };
}

export function seesWith(grant: Grant | undefined): (tags: Tags) => boolean {
  return (tags) => matchesTags(grant?.filter, tags);
}

function toGrant({ role, filter }: MemberDocument): Grant {
  return { role, ...(filter === undefined ? {} : { filter }) };
}
