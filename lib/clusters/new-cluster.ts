/** The document of a cluster that nobody has worked on yet: due at once, nothing observed. Pure. */
import type { ClusterDocument, ClusterSpec } from '../domain/cluster.ts';
import type { ClusterId } from '../domain/ids.ts';
import type { ResolvedProfile } from '../domain/profile.ts';
import { type EpochMs, toInstant } from '../domain/time.ts';

export interface Newborn {
  readonly id: ClusterId;
  readonly project: string;
  readonly name: string;
  readonly spec: ClusterSpec;
  readonly profile: ResolvedProfile;
  readonly createdBy: string;
}

export function newCluster(newborn: Newborn, nowMs: EpochMs): ClusterDocument {
  const now = toInstant(nowMs);
  return {
    ...newborn,
    type: 'cluster',
    schemaVersion: 1,
    generation: 1,
    revision: 1,
    observedGeneration: 0,
    wake: 1,
    nextAttemptAt: now,
    changedAt: now,
    createdAt: now,
    updatedAt: now,
    steps: {},
    conditions: [],
    ledger: {},
    intents: {},
    eventSequence: 0,
    folds: {},
  };
}
