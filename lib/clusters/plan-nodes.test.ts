import { expect, test } from '@jest/globals';
import { aControlPlane, anAwsPool, anAwsSpec, ZONES } from '../../test/builders/aws.ts';
import { aPool, aSpec } from '../../test/builders/cluster.ts';
import type { ClusterSpec } from '../domain/cluster.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { nodesBetween } from './plan-nodes.ts';

const [a, b, c] = ZONES;
const spot = { capacity: 'spot', spot: { maxBidPercent: 40, fallback: 'none' } } as const;

function counts(spec: (pool: Partial<PoolSpec>) => ClusterSpec, change: Partial<PoolSpec>): string {
  const { created, replaced, deleted } = nodesBetween(spec({}), spec(change));
  return `+${created} ~${replaced} -${deleted}`;
}

test.each<[string, Partial<PoolSpec>, string]>([
  ['nothing', {}, '+0 ~0 -0'],
  ['more', { size: 6 }, '+2 ~0 -0'],
  ['fewer', { size: 3 }, '+0 ~0 -1'],
  ['another type', { instanceType: 'm5.xlarge' }, '+0 ~4 -0'],
  ['another type and fewer', { instanceType: 'm5.xlarge', size: 3 }, '+0 ~3 -1'],
  ['a larger disk', { disk: { sizeGiB: 120 } }, '+0 ~4 -0'],
  ['another disk', { disk: { sizeGiB: 60, type: 'gp2' } }, '+0 ~4 -0'],
  ['spot', spot, '+0 ~4 -0'],
  ['on-demand, said aloud', { capacity: 'on-demand' }, '+0 ~0 -0'],
  ['without the zone that has two', { zones: [b, c] }, '+0 ~2 -0'],
  ['without a zone that has one', { zones: [a, b] }, '+0 ~1 -0'],
  ['in one zone', { zones: [c] }, '+0 ~3 -0'],
  ['with a label', { labels: { team: 'shop' } }, '+0 ~0 -0'],
])('[A247] machines on EC2: %s', (_title, change, expected) => {
  const ofFour = (fields: Partial<PoolSpec>) =>
    anAwsSpec({ pools: [aControlPlane(), anAwsPool({ size: 4, ...fields })] });
  expect(counts(ofFour, change)).toBe(expected);
});

test('[A49] a zone more moves nothing, and another bid neither', () => {
  const inTwo = (fields: Partial<PoolSpec>) =>
    anAwsSpec({ pools: [anAwsPool({ size: 4, zones: [a, b], ...spot, ...fields })] });
  expect(counts(inTwo, { zones: [a, b, c] })).toBe('+0 ~0 -0');
  expect(counts(inTwo, { spot: { maxBidPercent: 60, fallback: 'none' } })).toBe('+0 ~0 -0');
});

test.each<[string, Partial<PoolSpec>, string]>([
  ['another size', { instanceType: 'Standard_D8s_v5' }, '+0 ~3 -0'],
  ['a size in other case', { instanceType: 'standard_d4s_V5' }, '+0 ~0 -0'],
  ['other zones', { zones: ['1'] }, '+0 ~3 -0'],
  ['a type of disk that follows from the size', { disk: { sizeGiB: 60, type: 'Premium_LRS' } }, '+0 ~0 -0'],
])('[A247] nodes of AKS: %s', (_title, change, expected) => {
  expect(counts((fields) => aSpec({ pools: [aPool(fields)] }), change)).toBe(expected);
});
