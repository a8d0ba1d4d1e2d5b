/**
 * The spot market: prices as faults make them, bids, and the interruption of instances that are outbid. A step of the
 * price is recorded when the fault behind it comes or goes.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { findInstanceType, type InstanceType, onDemandUsd } from '../catalogue/instance-types.ts';
import { findRegion, findZone } from '../catalogue/regions.ts';
import { AwsFault } from '../core/fault.ts';
import type { World } from '../core/world.ts';
import { BASE_PERCENT, type PriceStep, percentAt, spotUsd } from './spot-prices.ts';

interface Market {
  readonly instanceType: string;
  readonly zone: string;
}

const keyOf = ({ instanceType, zone }: Market): string => `${zone}/${instanceType}`;
const stepsTable = (world: World) => world.records.table<readonly PriceStep[]>('spot-prices');

/** Oldest first. */
export const stepsOf = (world: World, market: Market): readonly PriceStep[] =>
  stepsTable(world).get(keyOf(market)) ?? [];

/** Dollars an hour, at this instant. */
export const presentSpotUsd = (world: World, { instanceType, zone }: Market): number =>
  spotUsd(instanceType, zone, percentAt(stepsOf(world, { instanceType, zone }), world.clock.now())) ?? 0;

/** What MaxPrice is when nobody says: the on-demand price, in dollars an hour. */
function onDemandUsdIn({ instanceType, zone }: Market): number {
  const type = findInstanceType(instanceType);
  const region = findRegion(findZone(zone)?.region ?? '');
  return type && region ? onDemandUsd(type, region) : 0;
}

export interface Bid {
  readonly maxPrice: string;
  /** Dollars an hour. */
  readonly maxUsd: number;
}

/** The least that EC2 takes seriously, dollars an hour. */
const LEAST_BID = 0.001;

/** Throws for what is no price, and SpotMaxPriceTooLow. */
export function checkedBid(world: World, type: InstanceType, zone: string, asked: string | undefined): Bid {
  const market = { instanceType: type.name, zone };
  const maxPrice = asked ?? onDemandUsdIn(market).toFixed(6);
  const maxUsd = Number(maxPrice);
  if (!/^\d+(\.\d+)?$/.test(maxPrice) || maxUsd < LEAST_BID)
    throw new AwsFault(
      'InvalidParameterValue',
      `Invalid value '${maxPrice}' for spotPrice. It must be a decimal greater than ${LEAST_BID}.`,
    );
  const price = presentSpotUsd(world, market);
  if (maxUsd >= price) return { maxPrice, maxUsd };
  throw new AwsFault(
    'SpotMaxPriceTooLow',
    `Your Spot request price of ${maxPrice} is lower than the minimum required Spot request fulfillment price of ${price.toFixed(4)}.`,
  );
}

/** Records a step wherever the faults of now ask for another price than the last one. Gives the markets that moved. */
export function movePrices(world: World, now: EpochMs): readonly Market[] {
  const asked = new Map<string, PriceStep>();
  for (const steps of stepsTable(world).values())
    for (const { instanceType, zone } of steps.slice(-1))
      asked.set(keyOf({ instanceType, zone }), { instanceType, zone, at: now, percent: BASE_PERCENT });
  for (const fault of world.faults.list())
    if (fault.fault === 'spot-price') {
      const { instanceType, zone, percent } = fault;
      asked.set(keyOf(fault), { instanceType, zone, at: now, percent });
    }
  const moved = [...asked.values()].filter((step) => percentAt(stepsOf(world, step), now) !== step.percent);
  for (const step of moved) stepsTable(world).put(keyOf(step), [...stepsOf(world, step), step]);
  return moved;
}
