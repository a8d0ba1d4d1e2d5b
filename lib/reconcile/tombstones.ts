/**
 * Proof that a cluster was deleted by this deployment. The orphan collector deletes by tag, and a tag alone proves
 * nothing: another deployment may share the subscription, and a restored database does not know its youngest clusters.
 */
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Address, StoredDocument } from '../store/port.ts';

export interface Tombstone extends StoredDocument {
  readonly type: 'tombstone';
  readonly project: string;
  readonly name: string;
  readonly account: string;
}

/** Seconds: longer than any delayed write of a frozen worker, short enough to stay few. Our choice: docs/limits.md. */
const TTL_SECONDS = 7 * 24 * 3600;

export function tombstoneAddress(uid: string): Address {
  return { container: 'directory', partition: `$tombstone-${uid}` };
}

export function tombstoneOf(document: ClusterDocument): Tombstone {
  return {
    id: document.id,
    type: 'tombstone',
    ttl: TTL_SECONDS,
    project: document.project,
    name: document.name,
    account: document.spec.cloud.account,
  };
}
