import { expect, test } from '@jest/globals';
import { aCluster, aPool, aSpec } from '../../test/builders/cluster.ts';
import { clusterChanged, clusterRequested, poolAdded, poolChanged } from './change-events.ts';

const work = aPool({ name: 'work', system: false, size: 3 });
const before = aSpec({ pools: [aPool({ size: 1 }), work] });
const withWork = (fields: Partial<typeof work>) =>
  aSpec({ pools: [aPool({ size: 1 }), { ...work, ...fields }] });

test('[A14] the first event says what was asked for', () => {
  expect(clusterRequested(aCluster({ spec: before }))).toEqual({
    severity: 'Normal',
    signal: 'transient',
    task: 'api',
    reason: 'ClusterRequested',
    message:
      'Asked for cluster shop in westeurope, from profile aks-base 1.0.0, with pools system (1 node), work (3 nodes).',
    closes: true,
  });
});

test.each([
  ['a size', { size: 5 }, '3 nodes to 5 nodes'],
  ['a range', { autoscale: { min: 1, max: 4 } }, '3 nodes to 1-4 nodes'],
  ['a type and zones', { instanceType: 'Standard_D8s_v5', zones: ['1'] }, 'instanceType, zones'],
  [
    'how machines are bought',
    { capacity: 'spot', spot: { maxBidPercent: 40, fallback: 'none' } } as const,
    'capacity, spot',
  ],
])('[A93] a change of a pool names %s', (_title, fields, said) => {
  expect(poolChanged('work')(before, withWork(fields)).message).toBe(
    `Asked for a change of pool work: ${said}.`,
  );
});

test('[A93] a new pool and changed fields are named', () => {
  const after = aSpec({ pools: [...before.pools, aPool({ name: 'gpu', size: 1 })] });
  expect(poolAdded(before, after).message).toBe('Asked for pool gpu with 1 node.');
  const tagged = { ...before, tags: { a: 'b' }, description: 'the shop' };
  expect(clusterChanged(before, tagged).message).toBe('Asked for a change of description, tags.');
});
