/** The spot market as EC2 tells of it: prices and requests. */
import { z } from 'zod';
import { INSTANCE_TYPES, isOffered } from '../catalogue/instance-types.ts';
import { findRegion } from '../catalogue/regions.ts';
import type { Call } from '../core/call.ts';
import { AwsFault, invalidValue } from '../core/fault.ts';
import { applyFilters, type FilterTable } from '../core/filters.ts';
import { type Operations, operation } from '../core/operation.ts';
import { pageOf } from '../core/paging.ts';
import { filters, list, paged, text, whole } from '../core/parameters.ts';
import { describe, find, must, put } from '../core/shelf.ts';
import { tagSet } from '../core/tags.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { SPOT_REQUEST } from './kinds.ts';
import type { SpotRequest } from './model.ts';
import { stepsOf } from './spot-market.ts';
import { HISTORY_MS, type PricePoint, pricePoints } from './spot-prices.ts';

/** The only product whose prices are known: Linux. */
const PRODUCT = 'Linux/UNIX';
const MAX_POINTS = 1000;

const priceFilters: FilterTable<PricePoint> = {
  'availability-zone': ({ zone }) => zone,
  'instance-type': ({ instanceType }) => instanceType,
  'product-description': () => PRODUCT,
  'spot-price': ({ usd }) => usd.toFixed(6),
  timestamp: ({ at }) => iso(at),
};

const historyInput = z.strictObject({
  InstanceType: list(text),
  ProductDescription: list(text),
  AvailabilityZone: text.optional(),
  StartTime: text.optional(),
  EndTime: text.optional(),
  Filter: filters,
  MaxResults: whole.default(MAX_POINTS),
  NextToken: text.optional(),
});

const describeSpotPriceHistory = operation({
  input: historyInput,
  handle(world, call) {
    const { Filter, MaxResults: size, NextToken: token, ...asked } = call.params;
    const fitting = applyFilters(historyOf(world, call), Filter, priceFilters, () => ({}));
    const page = pageOf(call, fitting, {
      size: Math.min(size, MAX_POINTS),
      token,
      question: [asked, Filter],
    });
    return {
      spotPriceHistorySet: page.items.map(({ instanceType, zone, at, usd }) => ({
        instanceType,
        productDescription: PRODUCT,
        spotPrice: usd.toFixed(6),
        timestamp: iso(at),
        availabilityZone: zone,
      })),
      // Unlike other lists, this one ends with an empty token.
      nextToken: page.nextToken ?? '',
    };
  },
});

/** Newest first, over all markets that were asked for. */
function historyOf(world: World, call: Call<z.output<typeof historyInput>>): readonly PricePoint[] {
  const { InstanceType, ProductDescription, AvailabilityZone } = call.params;
  if (ProductDescription.length > 0 && !ProductDescription.includes(PRODUCT)) return [];
  const unknown = InstanceType.find((name) => !INSTANCE_TYPES.some((type) => type.name === name));
  if (unknown !== undefined) throw new AwsFault('InvalidParameterValue', `Invalid instance type: ${unknown}`);
  const period = periodOf(call);
  const zones = findRegion(call.region)?.zones ?? [];
  return INSTANCE_TYPES.filter(({ name }) => InstanceType.length === 0 || InstanceType.includes(name))
    .flatMap((type) =>
      zones
        .filter(({ name }) => isOffered(type, name) && name === (AvailabilityZone ?? name))
        .flatMap(({ name: zone }) => {
          const market = { instanceType: type.name, zone };
          return pricePoints(market, stepsOf(world, market), period);
        }),
    )
    .toSorted((a, b) => b.at - a.at);
}

function periodOf({ params, nowMs }: Call<z.output<typeof historyInput>>) {
  const to = Math.min(instantOf(params.EndTime, 'endTime', nowMs), nowMs);
  const from = instantOf(params.StartTime, 'startTime', nowMs - HISTORY_MS);
  return { from: Math.max(Math.min(from, to), nowMs - HISTORY_MS), to };
}

function instantOf(asked: string | undefined, parameter: string, absent: number): number {
  if (asked === undefined) return absent;
  const at = Date.parse(asked);
  if (Number.isNaN(at)) throw invalidValue(asked, parameter, 'Expecting a time in ISO 8601.');
  return at;
}

const describeSpotInstanceRequests = operation({
  input: z.strictObject({ SpotInstanceRequestId: list(text), ...paged }),
  handle(world, call) {
    const { SpotInstanceRequestId: ids, ...question } = call.params;
    const page = describe(world, call, SPOT_REQUEST, { ids, ...question });
    return { spotInstanceRequestSet: page.items.map(requestView), nextToken: page.nextToken };
  },
});

/** Cancelling a request does not touch the instance that it has made. */
const cancelSpotInstanceRequests = operation({
  input: z.strictObject({ SpotInstanceRequestId: list(text) }),
  handle(world, call) {
    const requests = call.params.SpotInstanceRequestId.map((id) => find(world, call, SPOT_REQUEST, id));
    for (const request of requests) {
      const status = 'request-canceled-and-instance-running';
      if (request.state === 'active')
        put(world, SPOT_REQUEST, { ...request, state: 'cancelled', status, statusAt: call.nowMs });
    }
    return {
      spotInstanceRequestSet: requests.map(({ id }) => {
        const { state } = must(world, SPOT_REQUEST, id);
        return { spotInstanceRequestId: id, state };
      }),
    };
  },
});

const requestView = (request: SpotRequest) => ({
  spotInstanceRequestId: request.id,
  spotPrice: request.maxPrice,
  type: 'one-time',
  state: request.state,
  status: {
    code: request.status,
    updateTime: iso(request.statusAt),
    message: `Your request is ${request.state}.`,
  },
  instanceId: request.instanceId,
  createTime: iso(request.createdAt),
  productDescription: PRODUCT,
  launchedAvailabilityZone: request.zone,
  instanceInterruptionBehavior: 'terminate',
  launchSpecification: { imageId: request.imageId, instanceType: request.instanceType },
  tagSet: tagSet(request.tags),
});

export const spotOperations: Operations = {
  DescribeSpotPriceHistory: describeSpotPriceHistory,
  DescribeSpotInstanceRequests: describeSpotInstanceRequests,
  CancelSpotInstanceRequests: cancelSpotInstanceRequests,
};
