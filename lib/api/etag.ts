/**
 * Entity tags: `"<generation>.<revision>"`, and for reads that show what an agent reported `"<generation>.<revision>.<when>"`.
 * If-None-Match compares all of it, because a reader wants to see status move; If-Match compares the generation only,
 * because a writer must not lose to status.
 */

export function etagOf(version: {
  readonly generation: number;
  readonly revision: number;
  /** Epoch milliseconds of the agent's last news. */
  readonly reportedAtMs?: number;
}): string {
  const { generation, revision, reportedAtMs } = version;
  return `"${[generation, revision, ...(reportedAtMs === undefined ? [] : [reportedAtMs])].join('.')}"`;
}

/** Weak comparison, as RFC 9110 13.1.2 wants it for If-None-Match. */
export function matchesNone(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return true;
  if (ifNoneMatch.trim() === '*') return false;
  return !ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/**
 * The generation that an If-Match names. `undefined`: no condition (absent, or `*`, which any existing object meets).
 * What is no tag of ours matches nothing: -1, a generation that no object has.
 */
export function ifMatchGeneration(header: string | null): number | undefined {
  if (header === null || header.trim() === '*') return undefined;
  const tag = /^(?:W\/)?"(\d{1,15})(?:\.\d{1,15}){0,2}"$/.exec(header.trim());
  return tag?.[1] === undefined ? -1 : Number(tag[1]);
}
