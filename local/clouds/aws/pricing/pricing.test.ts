import { GetProductsCommand } from '@aws-sdk/client-pricing';
import { expect, test } from '@jest/globals';
import { codeOf } from '../compute/launch-harness.ts';
import { awsHarness } from '../harness.ts';

const FILTERS = {
  instanceType: 'm5.large',
  regionCode: 'eu-central-1',
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
  licenseModel: 'No License required',
};

function products(filters: Readonly<Record<string, string>>, ServiceCode = 'AmazonEC2') {
  const Filters = Object.entries(filters).map(([Field, Value]) => ({
    Type: 'TERM_MATCH' as const,
    Field,
    Value,
  }));
  return awsHarness().pricing.send(new GetProductsCommand({ ServiceCode, Filters, MaxResults: 100 }));
}

test('all filters together find one price, as a document within the answer', async () => {
  const { PriceList = [] } = await products(FILTERS);
  const product = JSON.parse(String(PriceList[0]));
  expect(PriceList).toHaveLength(1);
  expect(product.product.attributes).toMatchObject({ instanceType: 'm5.large', vcpu: '2', memory: '8 GiB' });
  const [term] = Object.values<{ priceDimensions: object }>(product.terms.OnDemand);
  expect(Object.values(term?.priceDimensions ?? {})).toMatchObject([
    { unit: 'Hrs', pricePerUnit: { USD: '0.1152000000' } },
  ]);
});

test('a filter that is forgotten finds several, what is not sold none', async () => {
  const { capacitystatus: _status, ...fewer } = FILTERS;
  expect((await products(fewer)).PriceList).toHaveLength(3);
  expect((await products({ ...FILTERS, instanceType: 'm3.large' })).PriceList).toEqual([]);
});

test('long lists come in pages', async () => {
  const { PriceList, NextToken } = await products({ operatingSystem: 'Linux' });
  expect([PriceList?.length, typeof NextToken]).toEqual([100, 'string']);
});

test('prices of other services are unknown', async () => {
  expect(await codeOf(products({}, 'AmazonS3'))).toBe('InvalidParameterException');
});
