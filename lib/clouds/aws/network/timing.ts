/**
 * When looking at a network is worth it, in cloud milliseconds. Subnets and gateways are there within seconds; NAT
 * gateways take one to three minutes to come and half a minute to two to go. Intervals are our choice.
 */
import { isBelievedGone } from '../../../domain/quiet.ts';
import { type EpochMs, type Instant, MINUTE_MS, SECOND_MS, toEpochMs } from '../../../domain/time.ts';
import { AWS_WINDOWS } from '../windows.ts';

/** What was just made shows up, or settles, within seconds. */
export const SETTLING_LOOK_MS = 3 * SECOND_MS;

export const NAT_FIRST_LOOK_MS = 60 * SECOND_MS;
export const NAT_LOOK_MS = 6 * SECOND_MS;
export const NAT_GOING_FIRST_LOOK_MS = 30 * SECOND_MS;

/** Interfaces of a load balancer outlive it by minutes, at times by an hour (Cluster API provider AWS, issue 6067). */
export const INTERFACE_LOOK_MS = 15 * SECOND_MS;
/** Interfaces that are still there after this are for people to look at. Our choice. */
export const INTERFACES_GONE_WITHIN_MS = 20 * MINUTE_MS;

/** Cloud milliseconds since an instant; an unknown start counts as long ago. */
export function elapsedMs(since: Instant | undefined, nowMs: EpochMs, speed: number): number {
  return since === undefined ? Number.POSITIVE_INFINITY : Math.max(0, nowMs - toEpochMs(since)) * speed;
}

/** Whether something that was recorded then may exist although it is not seen. */
export function mayHide(since: Instant | undefined, nowMs: EpochMs, speed: number): boolean {
  return since !== undefined && !isBelievedGone(since, nowMs, AWS_WINDOWS.hiddenMs / speed);
}

/** Until the next look at a NAT gateway that starts. */
export function natLookMs(since: Instant | undefined, nowMs: EpochMs, speed: number): number {
  return Math.max(NAT_LOOK_MS, NAT_FIRST_LOOK_MS - elapsedMs(since, nowMs, speed));
}
