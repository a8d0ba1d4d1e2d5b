/**
 * How long machines take and when looking is worth it, all in cloud milliseconds.
 * Sources: kubeadm's own timeouts and what instances take to boot (docs/limits.md); intervals are our choice.
 */
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';

/** From the launch to the first API server that answers. */
export const INIT_WITHIN_MS = 20 * MINUTE_MS;
/** From the launch to a registered node. */
export const JOIN_WITHIN_MS = 15 * MINUTE_MS;
/** From the launch to a Ready node: ten minutes more than joining. */
export const READY_WITHIN_MS = 25 * MINUTE_MS;
/** A node that was Ready and is not, and is not to be replaced: this long it is waited for before people are told. */
export const UNREADY_MS = 15 * MINUTE_MS;

/** A node stays bad for this long before its machine is replaced: Cluster API's example, and what pods tolerate. */
export const BAD_MS = 5 * MINUTE_MS;
/** How often is looked whether a bad node has recovered meanwhile. */
export const BAD_LOOK_MS = MINUTE_MS;
/** More of a pool's nodes than that are not bad for their machines' sake; one always may be. */
export const MOST_BAD_SHARE = 0.4;
/** Pods of a node that is not Ready: nobody there ends them, so what cannot leave in this time stays behind. */
export const BAD_DRAIN_MS = 5 * MINUTE_MS;
/** After a machine was replaced for its node its slot rests: the first time so long, then twice as long. */
export const REMEDY_REST_MS = 15 * MINUTE_MS;
/** So many in a row, then none until they are forgotten. */
export const REMEDIES_IN_A_ROW = 3;
export const REMEDIES_FORGOTTEN_MS = 12 * 60 * MINUTE_MS;

/** Tries in a row after which only every SLOW_RETRY_MS another one is made: what fails three times needs a person. */
export const QUICK_TRIES = 3;
/** A replacement is paused sooner: the nodes that it replaces still work. */
export const QUICK_REPLACEMENTS = 2;
export const SLOW_RETRY_MS = 30 * MINUTE_MS;

/** A zone without room is not asked again for the same slot. */
export const FULL_ZONE_MS = 5 * MINUTE_MS;
/** Spot prices move every few minutes. */
export const PRICE_LOOK_MS = 5 * MINUTE_MS;
/** How long the spot price has been low enough before machines go back to spot. */
export const BACK_TO_SPOT_MS = 10 * MINUTE_MS;

/** Of the two minutes between a spot interruption's warning and its end. */
export const INTERRUPTION_DRAIN_MS = 90 * SECOND_MS;
/** Volumes that are still attached to an empty node are waited for no longer. */
export const DETACH_VOLUMES_MS = 10 * MINUTE_MS;
/** A load balancer that drains connections is waited for no longer: NLB's default is five minutes. */
export const DETACH_TARGET_MS = 6 * MINUTE_MS;

/** Join tokens live longer than this; while a machine joins they are extended this often. */
export const EXTEND_EVERY_MS = 5 * MINUTE_MS;

/** Things that take a minute or so, and end at no particular time. */
export const JOIN_LOOK_MS = 20 * SECOND_MS;
/** No machine boots, installs and joins in less. */
export const JOIN_FIRST_LOOK_MS = 60 * SECOND_MS;
const JOIN_SOON_MS = 4 * SECOND_MS;
/** A machine is put behind the load balancer as soon as it runs: 5 to 40 seconds after its launch. */
export const RUN_LOOK_MS = 5 * SECOND_MS;
/** A load balancer takes 20 to 180 seconds until it sends to a new target. */
export const TARGET_LOOK_MS = 8 * SECOND_MS;
/** Pods take their grace period of 30 seconds by default. */
export const DRAIN_LOOK_MS = 15 * SECOND_MS;
/** Ending a machine takes 5 to 60 seconds. */
export const END_LOOK_MS = 5 * SECOND_MS;
/** A node's finalizers may hold it after it was deleted; labels may be written by others as well. */
export const NODE_LOOK_MS = 5 * SECOND_MS;
/** A node whose machine is gone goes at once, unless a finalizer holds it. */
export const NODE_GONE_LOOK_MS = 2 * SECOND_MS;
/** The next thing to do need not wait for anything. */
export const NEXT_LOOK_MS = 1 * SECOND_MS;
/** A machine that answers calls but hides from lists. */
export const HIDDEN_LOOK_MS = 10 * SECOND_MS;

/** Machines that are launched side by side in one act: bounds the requests of a pass. */
export const LAUNCHES_PER_ACT = 10;
/** Nodes of a leaving pool that are drained side by side. */
export const PARALLEL_DRAINS = 3;
/** Small writes to the cluster in one act. */
export const WRITES_PER_ACT = 20;

/**
 * Until the next look at a machine of that age that is to become a node: most are nodes 75 to 150 seconds after their
 * launch, so looks are close together then and grow apart, by a fifteenth of the time that it has taken since.
 */
export function joinLookMs(ageMs: number): number {
  const untilFirst = JOIN_FIRST_LOOK_MS - ageMs;
  if (untilFirst > JOIN_SOON_MS) return untilFirst;
  return Math.min(JOIN_LOOK_MS, Math.max(JOIN_SOON_MS, -untilFirst / 15));
}
