/**
 * The health of a cluster as it is kept: the verdict that people read, what it is judged by, and thresholds of the
 * cluster's own. One document beside the cluster, replaced with If-Match and only when something changed. Two write it:
 * reports of the agent (nodes, metrics) and the sweep (heartbeat); lib/health/change.ts is how.
 */
import type { Deps } from '../deps.ts';
import { type Health, type HealthStatus, UNREPORTED } from '../domain/health.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, type Instant, toInstant } from '../domain/time.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import type { Stored, StoredDocument } from '../store/port.ts';
import { type Evidence, evaluate } from './evaluate.ts';
import type { ThresholdSettings } from './threshold-settings.ts';

export interface HealthDocument extends StoredDocument {
  readonly id: typeof HEALTH;
  readonly type: typeof HEALTH;
  /** Raised by every write. */
  readonly revision: number;
  readonly health: Health;
  readonly evidence: Evidence;
  /** When the newest report came that changed something, and when the newest sweep began that did: older ones have no say. */
  readonly reportedAtMs: EpochMs;
  readonly sweptAtMs: EpochMs;
  readonly thresholds?: ClusterThresholds;
  /** The status that events and messages last told; absent: none yet. A mass silence is not told for each cluster. */
  readonly told?: HealthStatus;
  /** The status changed, and not everybody was told yet: done again until it is gone. */
  readonly untold?: Untold;
}

interface ClusterThresholds {
  readonly settings: ThresholdSettings;
  /** Counts their changes. */
  readonly generation: number;
}

interface Untold {
  readonly at: Instant;
  readonly from: HealthStatus;
  /** For others as well; otherwise for lists alone. */
  readonly isNews: boolean;
}

const HEALTH = 'health';

export function readHealth(
  { store }: Pick<Deps, 'store'>,
  cluster: ClusterId,
): Promise<Stored<HealthDocument> | undefined> {
  return store.read<HealthDocument>(clusterAddress(cluster), HEALTH);
}

/** Of a cluster whose agent nobody heard of yet. */
export function unheardHealth(nowMs: EpochMs): HealthDocument {
  const evidence: Evidence = { heartbeat: { status: 'awaited' } };
  const health = evaluate(evidence, undefined, toInstant(nowMs));
  return { id: HEALTH, type: HEALTH, revision: 0, health, evidence, reportedAtMs: 0, sweptAtMs: 0 };
}

/** Of a mass silence one message for all was sent, and none is for each. */
export function isTold({ evidence: { heartbeat } }: HealthDocument): boolean {
  return heartbeat.status !== 'silent' || heartbeat.reason.code !== 'MASS_SILENCE';
}

export function lastTold({ told = UNREPORTED }: HealthDocument): HealthStatus {
  return told;
}
