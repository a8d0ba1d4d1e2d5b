/** What EC2's answers mean to a network: absence after a deletion is success, absence before a creation is too early. */
import type { Filter, ResourceType, TagSpecification } from '@aws-sdk/client-ec2';
import type { Tags } from '../../../domain/cluster.ts';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import { tagList, UID_TAG } from '../tags.ts';

/** Deleting what is gone succeeds. */
export function unlessAbsent(result: Result<unknown>): Result<void> {
  if (result.ok || result.error.code === 'NotFound') return ok(undefined);
  return result;
}

/** What the call leans on was seen or made a moment ago: EC2's copies do not agree yet, and it is tried again soon. */
export function whenKnown<T>(result: Result<T>): Result<T> {
  if (result.ok || result.error.code !== 'NotFound') return result;
  return fail({ ...result.error, code: 'Conflict' });
}

export function ownedBy(uid: string): Filter[] {
  return [{ Name: `tag:${UID_TAG}`, Values: [uid] }];
}

/** Once more on our side: not everything that speaks EC2 knows every filter, and no stranger's resource may slip in. */
export function onlyOwned<T extends { readonly tags: Tags }>(rows: readonly T[], uid: string): readonly T[] {
  return rows.filter(({ tags }) => tags[UID_TAG] === uid);
}

export function tagged(type: ResourceType, tags: Tags): TagSpecification[] {
  return [{ ResourceType: type, Tags: tagList(tags) }];
}
