/**
 * Buying spot machines: only where the price is within the bid, which is a share of the on-demand price (A251, A253).
 * Nothing here ever buys on-demand unless the pool says so.
 */
import { maxBidUsd, type SpotPrice } from '../../domain/prices.ts';
import type { PoolWish, Situation } from './model.ts';

/** EC2 refuses lower bids. */
const LEAST_BID_USD = 0.001;
/** The price has to fall a little further below the bid before machines go back to spot, or it would churn. */
const COMEBACK_SHARE = 0.95;

export type SpotChoice =
  | { readonly kind: 'spot'; readonly maxPriceUsd: string; readonly zones: readonly SpotPrice[] }
  | { readonly kind: 'on-demand' }
  | {
      readonly kind: 'wait';
      readonly reason: 'WaitingForSpotPrice' | 'WaitingForPriceList';
      readonly message: string;
    };

/** What a new machine of a spot pool may be bought as, now. */
export function spotChoice({ observed }: Pick<Situation, 'observed'>, wish: PoolWish): SpotChoice {
  const onDemandUsd = observed.prices?.onDemandUsd;
  if (onDemandUsd === undefined) {
    const why = observed.priceTrouble === undefined ? '' : ` ${observed.priceTrouble}`;
    const message = `The price of ${wish.instanceType} is not known, so nothing can be bid.${why}`;
    return { kind: 'wait', reason: 'WaitingForPriceList', message };
  }
  const bid = bidOf(onDemandUsd, wish);
  const offers = offersIn(observed.prices?.spot ?? [], wish.zones);
  const zones = offers.filter(({ usd }) => usd <= bid);
  if (zones.length > 0 && bid > LEAST_BID_USD) return { kind: 'spot', maxPriceUsd: bid.toFixed(4), zones };
  if (wish.spot?.fallback === 'on-demand') return { kind: 'on-demand' };
  return { kind: 'wait', reason: 'WaitingForSpotPrice', message: dear(wish, bid, offers) };
}

/** Whether some zone is cheap enough to leave on-demand for it. */
export function isSpotBack({ observed }: Pick<Situation, 'observed'>, wish: PoolWish): boolean {
  const { onDemandUsd, spot = [] } = observed.prices ?? {};
  if (onDemandUsd === undefined) return false;
  const bid = bidOf(onDemandUsd, wish) * COMEBACK_SHARE;
  return offersIn(spot, wish.zones).some(({ usd }) => usd <= bid);
}

const bidOf = (onDemandUsd: number, wish: PoolWish): number =>
  maxBidUsd(onDemandUsd, wish.spot?.maxBidPercent ?? 0);

function offersIn(prices: readonly SpotPrice[], zones: readonly string[]): readonly SpotPrice[] {
  return zones.flatMap((zone) => prices.find((price) => price.zone === zone) ?? []);
}

function dear(wish: PoolWish, bid: number, offers: readonly SpotPrice[]): string {
  const limit = `the limit is ${bid.toFixed(4)} USD an hour`;
  if (offers.length === 0) {
    return `${wish.instanceType} has no spot price in ${wish.zones.join(', ')}; ${limit}.`;
  }
  const prices = offers.map(({ zone, usd }) => `${usd.toFixed(4)} in ${zone}`).join(', ');
  return `The spot price of ${wish.instanceType} is ${prices}; ${limit}.`;
}
