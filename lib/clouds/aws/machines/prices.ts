/**
 * What an instance type costs: on-demand from the price list, which changes rarely and is kept for a day in this
 * process; spot from the history that EC2 keeps per zone, asked anew each time (A252).
 */
import { DescribeSpotPriceHistoryCommand, type SpotPrice as SeenPrice } from '@aws-sdk/client-ec2';
import { GetProductsCommand } from '@aws-sdk/client-pricing';
import { z } from 'zod';
import { ok, type Result } from '../../../domain/errors.ts';
import type { Clock } from '../../../domain/ports.ts';
import type { MachinePrices, SpotPrice } from '../../../domain/prices.ts';
import { type EpochMs, HOUR_MS } from '../../../domain/time.ts';
import { collect } from '../collect.ts';
import { settle } from '../errors.ts';
import type { AwsSession } from '../session.ts';

const PRODUCT = 'Linux/UNIX';
const KEEP_MS = 24 * HOUR_MS;

interface Kept {
  readonly usd: number;
  readonly readAt: EpochMs;
}

type Priced = Pick<AwsSession, 'ec2' | 'pricing' | 'region'>;

export interface PriceReader {
  /** By instance type. On-demand prices that do not answer are absent, or as they were; spot prices fail. */
  read(session: Priced, types: readonly string[]): Promise<Result<ReadonlyMap<string, MachinePrices>>>;
}

/** Prices are the same for everybody, so one cache serves all accounts. */
export function createPriceReader(clock: Clock): PriceReader {
  const kept = new Map<string, Kept>();
  return {
    async read(session, types) {
      const spot = await spotPrices(session, types, clock.now());
      if (!spot.ok) return spot;
      const prices = new Map<string, MachinePrices>();
      for (const type of types) {
        const onDemandUsd = await onDemand(session, type, kept, clock.now());
        prices.set(type, {
          ...(onDemandUsd === undefined ? {} : { onDemandUsd }),
          spot: spot.value.get(type) ?? [],
        });
      }
      return ok(prices);
    },
  };
}

/** From now on means: the price that is in force, per type and zone. A clock that is ahead may add later ones. */
async function spotPrices(
  { ec2 }: Priced,
  types: readonly string[],
  nowMs: EpochMs,
): Promise<Result<ReadonlyMap<string, readonly SpotPrice[]>>> {
  if (types.length === 0) return ok(new Map());
  const Filters = [
    { Name: 'instance-type', Values: [...types] },
    { Name: 'product-description', Values: [PRODUCT] },
  ];
  const StartTime = new Date(nowMs);
  const seen = await collect('ec2.describeSpotPriceHistory', async (NextToken) => {
    const page = await ec2.send(new DescribeSpotPriceHistoryCommand({ Filters, StartTime, NextToken }));
    return { items: page.SpotPriceHistory, next: page.NextToken };
  });
  if (!seen.ok) return seen;
  return ok(new Map(types.map((type) => [type, latestByZone(seen.value, type)])));
}

function latestByZone(seen: readonly SeenPrice[], type: string): readonly SpotPrice[] {
  const latest = new Map<string, { readonly usd: number; readonly at: number }>();
  for (const { InstanceType, AvailabilityZone: zone = '', SpotPrice: text, Timestamp } of seen) {
    const usd = Number(text);
    const at = Timestamp?.getTime() ?? 0;
    if (InstanceType !== type || zone === '' || text === undefined || !Number.isFinite(usd)) continue;
    if (at >= (latest.get(zone)?.at ?? 0)) latest.set(zone, { usd, at });
  }
  return [...latest].map(([zone, { usd }]) => ({ zone, usd })).sort((a, b) => (a.zone < b.zone ? -1 : 1));
}

async function onDemand(
  session: Priced,
  type: string,
  kept: Map<string, Kept>,
  nowMs: EpochMs,
): Promise<number | undefined> {
  const key = `${session.region}/${type}`;
  const former = kept.get(key);
  if (former && nowMs - former.readAt < KEEP_MS) return former.usd;
  const usd = await askOnDemand(session, type);
  if (usd === undefined) return former?.usd;
  kept.set(key, { usd, readAt: nowMs });
  return usd;
}

/** docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-list-query-api.html: on-demand Linux, nothing else in it. */
async function askOnDemand({ pricing, region }: Priced, type: string): Promise<number | undefined> {
  const wanted = {
    instanceType: type,
    regionCode: region,
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    capacitystatus: 'Used',
    licenseModel: 'No License required',
  };
  const answer = await settle('pricing.getProducts', () =>
    pricing.send(
      new GetProductsCommand({
        ServiceCode: 'AmazonEC2',
        FormatVersion: 'aws_v1',
        Filters: Object.entries(wanted).map(([Field, Value]) => ({
          Type: 'TERM_MATCH' as const,
          Field,
          Value,
        })),
      }),
    ),
  );
  if (!answer.ok) return undefined;
  const entries: readonly unknown[] = answer.value.PriceList ?? [];
  // They are String objects.
  return entries.map((entry) => usdOf(String(entry))).find((usd) => usd !== undefined);
}

const Product = z.object({
  terms: z.object({
    OnDemand: z.record(
      z.string(),
      z.object({
        priceDimensions: z.record(
          z.string(),
          z.object({ pricePerUnit: z.object({ USD: z.coerce.number().positive() }) }),
        ),
      }),
    ),
  }),
});

function usdOf(text: string): number | undefined {
  const parsed = Product.safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const terms = Object.values(parsed.data.terms.OnDemand);
  const dimensions = terms.flatMap(({ priceDimensions }) => Object.values(priceDimensions));
  return dimensions.at(0)?.pricePerUnit.USD;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
