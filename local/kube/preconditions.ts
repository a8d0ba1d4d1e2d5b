/** What has to hold of an object before it is written or removed. */
import type { Cluster } from './cluster.ts';
import type { ApiObject } from './object.ts';
import { findOne, type Named } from './reads.ts';
import type { ApiRequest } from './request.ts';
import { modified, notFound } from './status-error.ts';

/** Throws NotFound. */
export function requireOne(cluster: Cluster, at: Named): ApiObject {
  const live = findOne(cluster, at);
  if (live === undefined) throw notFound(at.resource, at.name);
  return live;
}

/** `version`: that the writer thinks it is; absent: any. Throws a Conflict. */
export function checkVersion(at: Named, live: ApiObject | undefined, version: string | undefined): void {
  if (version !== undefined && version !== '' && version !== live?.metadata.resourceVersion) {
    throw modified(at.resource, at.name);
  }
}

/** Only the answer is wanted. https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run */
export const isDryRun = ({ query }: Pick<ApiRequest, 'query'>): boolean => query.get('dryRun') === 'All';
