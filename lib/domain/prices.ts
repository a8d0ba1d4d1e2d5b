/** What machines cost, and what people are willing to pay for spot. */

export interface SpotPrice {
  readonly zone: string;
  /** Dollars an hour. */
  readonly usd: number;
}

export interface MachinePrices {
  /** Absent while the price list does not answer and was never read. */
  readonly onDemandUsd?: number;
  /** Zones without the type are absent. */
  readonly spot: readonly SpotPrice[];
}

const DIGITS = 10_000;

/** Dollars an hour, rounded down to four digits: rounded up it could exceed the percentage that people allowed. */
export function maxBidUsd(onDemandUsd: number, maxBidPercent: number): number {
  return Math.floor((onDemandUsd * maxBidPercent * DIGITS) / 100 + 1e-6) / DIGITS;
}
