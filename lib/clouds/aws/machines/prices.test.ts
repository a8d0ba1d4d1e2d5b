/** Prices: spot per zone as they are now, on-demand kept for a day. */
import { describe, expect, test } from '@jest/globals';
import { type Answer, anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { createPriceReader } from './prices.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const HOUR_MS = 3_600_000;
const price = (zone: string, usd: string, at: string, type = 'm5.large') =>
  `<item><instanceType>${type}</instanceType><availabilityZone>${zone}</availabilityZone><spotPrice>${usd}</spotPrice><timestamp>${at}</timestamp></item>`;
const history = (...items: readonly string[]) =>
  `<spotPriceHistorySet>${items.join('')}</spotPriceHistorySet><nextToken></nextToken>`;
const product = (usd: string) =>
  JSON.stringify({
    terms: { OnDemand: { 'A.B': { priceDimensions: { 'A.B.C': { pricePerUnit: { USD: usd } } } } } },
  });

function reader(answers: Readonly<Record<string, readonly Answer[]>>) {
  const time = { nowMs: NOON_MS };
  const wire = anAwsWire(answers);
  const prices = createPriceReader({ now: () => time.nowMs, monotonic: () => time.nowMs });
  return { time, sent: wire.sent, read: (...types: readonly string[]) => prices.read(wire.session, types) };
}

test('[A252] the latest of each zone, and what on-demand costs', async () => {
  const { read, sent } = reader({
    DescribeSpotPriceHistory: [
      history(
        price('eu-central-1b', '0.050000', '2026-11-20T11:00:00.000Z'),
        price('eu-central-1a', '0.040000', '2026-11-20T11:30:00.000Z'),
        price('eu-central-1a', '0.030000', '2026-11-20T10:00:00.000Z'),
        price('eu-central-1a', '9.000000', '2026-11-20T11:40:00.000Z', 'm5.24xlarge'),
      ),
    ],
    GetProducts: [{ PriceList: [product('0.1150000000')] }],
  });
  expect(await read('m5.large')).toEqual({
    ok: true,
    value: new Map([
      [
        'm5.large',
        {
          onDemandUsd: 0.115,
          spot: [
            { zone: 'eu-central-1a', usd: 0.04 },
            { zone: 'eu-central-1b', usd: 0.05 },
          ],
        },
      ],
    ]),
  });
  expect(sent).toEqual([
    {
      operation: 'DescribeSpotPriceHistory',
      'Filter.1.Name': 'instance-type',
      'Filter.1.Value.1': 'm5.large',
      'Filter.2.Name': 'product-description',
      'Filter.2.Value.1': 'Linux/UNIX',
      StartTime: '2026-11-20T12:00:00Z',
    },
    {
      operation: 'GetProducts',
      ServiceCode: 'AmazonEC2',
      FormatVersion: 'aws_v1',
      Filters: [
        ['instanceType', 'm5.large'],
        ['regionCode', 'eu-central-1'],
        ['operatingSystem', 'Linux'],
        ['tenancy', 'Shared'],
        ['preInstalledSw', 'NA'],
        ['capacitystatus', 'Used'],
        ['licenseModel', 'No License required'],
      ].map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
    },
  ]);
});

describe('the on-demand price', () => {
  const asked = async (answers: readonly Answer[], hours: readonly number[]) => {
    const { read, time, sent } = reader({ GetProducts: answers });
    const seen: (number | undefined)[] = [];
    for (const hour of hours) {
      time.nowMs = NOON_MS + hour * HOUR_MS;
      const prices = await read('m5.large');
      seen.push(prices.ok ? prices.value.get('m5.large')?.onDemandUsd : undefined);
    }
    return { seen, questions: sent.filter(({ operation }) => operation === 'GetProducts').length };
  };

  test('is asked for once a day', async () => {
    const answers = [{ PriceList: [product('0.1')] }, { PriceList: [product('0.2')] }];
    expect(await asked(answers, [0, 23, 24])).toEqual({ seen: [0.1, 0.1, 0.2], questions: 2 });
  });

  test('stays as it was while the price list does not answer', async () => {
    const answers = [{ PriceList: [product('0.1')] }, { code: 'InternalErrorException', status: 500 }];
    expect(await asked(answers, [0, 25])).toEqual({ seen: [0.1, 0.1], questions: 2 });
  });

  test.each<readonly [string, Answer]>([
    ['refused', { code: 'AccessDeniedException' }],
    ['an empty list', { PriceList: [] }],
    ['no JSON', { PriceList: ['nonsense'] }],
    ['a price in another currency', { PriceList: [JSON.stringify({ terms: { OnDemand: {} } })] }],
    ['a free one, which is a reservation', { PriceList: [product('0.0000000000')] }],
  ])('is unknown: %s', async (_title, answer) => {
    expect(await asked([answer], [0])).toEqual({ seen: [undefined], questions: 1 });
  });
});

test('no spot prices, no answer', async () => {
  const { read } = reader({ DescribeSpotPriceHistory: [{ code: 'UnauthorizedOperation', status: 403 }] });
  expect(await read('m5.large')).toMatchObject({ ok: false, error: { code: 'Unauthorized' } });
});

test('no types, no question', async () => {
  const { read, sent } = reader({});
  expect(await read()).toEqual({ ok: true, value: new Map() });
  expect(sent).toEqual([]);
});
