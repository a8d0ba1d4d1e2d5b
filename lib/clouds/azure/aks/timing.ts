/**
 * How long AKS takes and when looking is worth it, in cloud milliseconds. Retry-After is only a lower bound: AKS sends
 * seconds for operations of minutes, and every look is a read against the account's limit.
 * Sources: published AKS timings (cluster 4-10 minutes, pool 1.5-5, delete 3-10); intervals are our choice.
 */
import { MINUTE_MS, SECOND_MS } from '../../../domain/time.ts';
import type { Accepted } from '../arm/session.ts';

export interface Schedule {
  /** Nothing is ever done before. */
  readonly firstMs: number;
  readonly everyMs: number;
}

/**
 * A look costs a pass, and a pass writes the whole document: four looks cover the ten minutes of a create and keep it
 * below 150 request units in all (test/bench measures it).
 */
export const SCHEDULE = {
  createCluster: { firstMs: 285 * SECOND_MS, everyMs: 106 * SECOND_MS },
  updateCluster: { firstMs: 60 * SECOND_MS, everyMs: 40 * SECOND_MS },
  deleteCluster: { firstMs: 180 * SECOND_MS, everyMs: 60 * SECOND_MS },
  createPool: { firstMs: 90 * SECOND_MS, everyMs: 30 * SECOND_MS },
  updatePool: { firstMs: 45 * SECOND_MS, everyMs: 30 * SECOND_MS },
  deletePool: { firstMs: 60 * SECOND_MS, everyMs: 30 * SECOND_MS },
  deleteMachines: { firstMs: 45 * SECOND_MS, everyMs: 30 * SECOND_MS },
} as const satisfies Record<string, Schedule>;

/** A node that was asked to leave: pods take their grace period of 30 seconds by default. */
export const DRAIN_LOOK_MS = 15 * SECOND_MS;
/** A machine that Azure calls ready takes about a minute to become a Ready node. */
export const NODE_LOOK_MS = 40 * SECOND_MS;
/** Nodes that are not Ready after this are a failure to show. Our choice. */
export const NODES_READY_WITHIN_MS = 15 * MINUTE_MS;

export function firstLook(schedule: Schedule, accepted: Accepted): number {
  return Math.max(schedule.firstMs, accepted.retryAfterMs ?? 0);
}

/** Until the next planned look, however early somebody woke the pass. */
export function nextLook(schedule: Schedule, elapsedMs: number): number {
  return elapsedMs < schedule.firstMs
    ? Math.max(schedule.everyMs / 4, schedule.firstMs - elapsedMs)
    : schedule.everyMs;
}
