import { describe, expect, test } from '@jest/globals';
import { aNodeReport, aSample, GIB, someAmounts } from '../../test/builders/reports.ts';
import { averaged, type Block, blockOf, mergedBlocks } from './block.ts';
import { packBlock, unpackBlock } from './packed-block.ts';

const MINUTE = 60_000;

function usedAt({ nodes, points }: Block, name: string): readonly (readonly [number, number | undefined])[] {
  const place = nodes.findIndex((node) => node.name === name);
  return points.map(({ atMs, used }) => [atMs, used[place]?.cpuMilli]);
}

describe('a block', () => {
  test('comes out of its packing as it went in', () => {
    const samples = [
      aSample(0, { a: someAmounts(100), b: someAmounts(900) }),
      aSample(MINUTE, { a: { cpuMilli: 120, memoryBytes: GIB } }),
      aSample(2 * MINUTE, { b: someAmounts(3), c: someAmounts(7, 0) }),
    ];
    const nodes = [aNodeReport('a'), aNodeReport('b', { role: 'control-plane' })];
    const { pool: _, ...unpooled } = nodes[1] ?? aNodeReport('b');
    const block = blockOf(samples, [aNodeReport('a'), unpooled]);
    expect(unpackBlock(packBlock(block))).toEqual(block);
    expect(block.nodes.map(({ name, role, pool }) => [name, role, pool])).toEqual([
      ['a', 'worker', 'work'],
      ['b', 'control-plane', undefined],
      ['c', 'worker', undefined],
    ]);
  });

  test('of 20 nodes, measured 15 times, is small', () => {
    const names = Array.from(
      { length: 20 },
      (_, index) => `aks-work-12345678-vmss0000${String(index).padStart(2, '0')}`,
    );
    // Loads that wander, as those of machines do.
    const load = (index: number, minute: number) => 800 + 37 * ((index * 7 + minute * 13) % 29);
    const samples = Array.from({ length: 15 }, (_, minute) =>
      aSample(
        minute * MINUTE,
        Object.fromEntries(
          names.map((name, index) => [
            name,
            someAmounts(load(index, minute), 2 * GIB + load(index, minute) * 100_000),
          ]),
        ),
      ),
    );
    const packed = packBlock(
      blockOf(
        samples,
        names.map((name) => aNodeReport(name)),
      ),
    );
    expect(packed.length).toBeLessThan(2_500);
  });
});

describe('several blocks', () => {
  test('are one, in order, and the later one has the say about a time', () => {
    const one = blockOf([aSample(0, { a: someAmounts(1) }), aSample(MINUTE, { a: someAmounts(2) })], []);
    const two = blockOf(
      [aSample(MINUTE, { a: someAmounts(3), b: someAmounts(4) })],
      [aNodeReport('a', { pool: 'gpu' })],
    );
    const all = mergedBlocks([one, two]);
    expect(usedAt(all, 'a')).toEqual([
      [0, 1],
      [MINUTE, 3],
    ]);
    expect(usedAt(all, 'b')).toEqual([
      [0, undefined],
      [MINUTE, 4],
    ]);
    expect(all.nodes[0]).toMatchObject({ name: 'a', pool: 'gpu' });
  });

  test('averages are over what was measured, by node', () => {
    const samples = [
      aSample(0, { a: someAmounts(100) }),
      aSample(4 * MINUTE, { a: someAmounts(300), b: someAmounts(50) }),
      aSample(5 * MINUTE, { a: someAmounts(1_000) }),
    ];
    const means = averaged(blockOf(samples, []), 5 * MINUTE);
    expect(usedAt(means, 'a')).toEqual([
      [0, 200],
      [5 * MINUTE, 1_000],
    ]);
    expect(usedAt(means, 'b')).toEqual([
      [0, 50],
      [5 * MINUTE, undefined],
    ]);
  });
});

test('[A73, A74] a node that is gone before its last samples came stays what it was', () => {
  const [a, gone] = [aNodeReport('a'), aNodeReport('gone', { role: 'control-plane' })];
  const nodes = { a: someAmounts(1), gone: someAmounts(2) };
  const before = blockOf([aSample(0, nodes)], [a, gone]);
  const after = blockOf([aSample(60_000, nodes)], [a]);
  const [, merged] = mergedBlocks([before, after]).nodes;
  expect(merged).toEqual({ name: 'gone', pool: 'work', role: 'control-plane', capacity: gone.capacity });
});
