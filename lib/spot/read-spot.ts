/** What a spot pool pays at most and what spot costs now, by zone (A251, A252). */
import { accountAccess } from '../accounts/access.ts';
import { within } from '../clouds/verify/ask.ts';
import { READS_ONLY } from '../clusters/question.ts';
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { type MachinePrices, maxBidUsd } from '../domain/prices.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import { readPrice } from './price-store.ts';

export interface SpotView {
  readonly pool: string;
  readonly instanceType: string;
  readonly maxBidPercent: number;
  readonly fallback: 'none' | 'on-demand';
  /** Null: the price list did not answer yet. */
  readonly onDemandUsd: number | null;
  /** Most that is paid, dollars an hour. */
  readonly limitUsd: number | null;
  readonly zones: readonly {
    readonly zone: string;
    readonly usd: number;
    readonly percentOfOnDemand: number | null;
    readonly withinBid: boolean | null;
  }[];
  /** Null: no price was seen yet. */
  readonly observedAt: Instant | null;
}

type SpotDeps = Pick<Deps, 'store' | 'secrets' | 'clouds' | 'clock'>;

/** Wall milliseconds that people wait for a fresh price; then they see the last one. */
const PATIENCE_MS = 2_000;

/** `undefined`: the pool is not spot. */
export async function readSpot(
  deps: SpotDeps,
  document: ClusterDocument,
  pool: PoolSpec,
): Promise<SpotView | undefined> {
  if (pool.capacity !== 'spot' || pool.spot === undefined) return undefined;
  const { prices, at } = await pricesOf(deps, document, pool.instanceType);
  const { maxBidPercent, fallback } = pool.spot;
  const { onDemandUsd } = prices;
  const limitUsd = onDemandUsd === undefined ? null : maxBidUsd(onDemandUsd, maxBidPercent);
  const spot = prices.spot.filter(({ zone }) => pool.zones.length === 0 || pool.zones.includes(zone));
  return {
    pool: pool.name,
    instanceType: pool.instanceType,
    maxBidPercent,
    fallback,
    onDemandUsd: onDemandUsd ?? null,
    limitUsd,
    zones: spot
      .toSorted((a, b) => (a.zone < b.zone ? -1 : 1))
      .map(({ zone, usd }) => ({
        zone,
        usd,
        percentOfOnDemand: onDemandUsd === undefined ? null : Math.round((usd / onDemandUsd) * 1_000) / 10,
        withinBid: limitUsd === null ? null : usd <= limitUsd,
      })),
    observedAt: at,
  };
}

interface Observed {
  readonly prices: MachinePrices;
  readonly at: Instant | null;
}

async function pricesOf(
  deps: SpotDeps,
  { project, spec }: ClusterDocument,
  instanceType: string,
): Promise<Observed> {
  const { account, region } = spec.cloud;
  const access = await accountAccess(deps, project, account);
  const market = access && deps.clouds.account(access.account.type)?.market;
  const fresh =
    market && access
      ? await within(PATIENCE_MS, market.prices(access, region, READS_ONLY, [instanceType]))
      : undefined;
  const now = fresh?.value.get(instanceType);
  if (now) return { prices: now, at: toInstant(deps.clock.now()) };
  const kept = await readPrice(deps, { project, account, region, instanceType });
  return kept ? { prices: kept.prices, at: kept.at } : { prices: { spot: [] }, at: null };
}
