/**
 * Spot prices as step functions per type and zone. The base is a share of the on-demand price; faults add steps, which
 * are recorded at the instant they take effect, so that the history stays what it was when a fault ends.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { findInstanceType, onDemandUsd } from '../catalogue/instance-types.ts';
import { findRegion, findZone } from '../catalogue/regions.ts';

/** Percent of the on-demand price while nobody says otherwise. */
export const BASE_PERCENT = 35;

const DAY_MS = 24 * 60 * 60_000;
/** docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html */
export const HISTORY_MS = 90 * DAY_MS;

export interface PriceStep {
  readonly instanceType: string;
  readonly zone: string;
  readonly at: EpochMs;
  readonly percent: number;
}

export interface PricePoint {
  readonly instanceType: string;
  readonly zone: string;
  readonly at: EpochMs;
  /** Dollars an hour. */
  readonly usd: number;
}

/** Dollars an hour; undefined: no such type or zone. */
export function spotUsd(instanceType: string, zone: string, percent: number): number | undefined {
  const type = findInstanceType(instanceType);
  const region = findRegion(findZone(zone)?.region ?? '');
  if (!type || !region) return undefined;
  return Math.round(onDemandUsd(type, region) * percent * 10_000) / 1_000_000;
}

/** `steps`: those of one type and zone, oldest first. */
export function percentAt(steps: readonly PriceStep[], now: EpochMs): number {
  return steps.findLast(({ at }) => at <= now)?.percent ?? BASE_PERCENT;
}

/**
 * The point in force at `from` and all later ones up to `to`, newest first. A price that does not move is told once a
 * day, as EC2 does.
 */
export function pricePoints(
  { instanceType, zone }: Pick<PriceStep, 'instanceType' | 'zone'>,
  steps: readonly PriceStep[],
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): PricePoint[] {
  const start = Math.floor(from / DAY_MS) * DAY_MS;
  const days = Array.from({ length: Math.floor((to - start) / DAY_MS) + 1 }, (_, i) => start + i * DAY_MS);
  const told = [...new Set([...days, ...steps.map(({ at }) => at)])]
    .filter((at) => at <= to)
    .toSorted(ascending);
  const inForce = told.findLast((at) => at <= from) ?? start;
  return told
    .filter((at) => at >= inForce)
    .flatMap((at) => {
      const usd = spotUsd(instanceType, zone, percentAt(steps, at));
      return usd === undefined ? [] : [{ instanceType, zone, at, usd }];
    })
    .toReversed();
}

const ascending = (a: number, b: number): number => a - b;
