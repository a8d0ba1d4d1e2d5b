import { expect, test } from '@jest/globals';
import type { UsageSample } from '../../lib/domain/agent.ts';
import { sampleRing } from './samples.ts';

const sample = (minute: number, nodes = 1): UsageSample => ({
  at: new Date(minute * 60_000).toISOString(),
  nodes: Object.fromEntries(
    Array.from({ length: nodes }, (_, index) => [`node-${index}`, { cpuMilli: minute, memoryBytes: 0 }]),
  ),
});

function ringOf(limits: { samples: number; values: number }, ...samples: readonly UsageSample[]) {
  const ring = sampleRing(limits);
  for (const one of samples) ring.add(one);
  return ring;
}

test('keeps the newest of more than it may keep', () => {
  const ring = ringOf({ samples: 3, values: 100 }, sample(1), sample(2), sample(3), sample(4));
  expect(ring.pending()).toEqual([sample(2), sample(3), sample(4)]);
});

test('keeps fewer of a cluster with more nodes', () => {
  const ring = ringOf({ samples: 3, values: 10 }, sample(1, 5), sample(2, 5), sample(3, 5));
  expect(ring.pending()).toEqual([sample(2, 5), sample(3, 5)]);
});

test('keeps the newest whatever its size', () => {
  expect(ringOf({ samples: 3, values: 10 }, sample(1, 50)).pending()).toEqual([sample(1, 50)]);
  expect(ringOf({ samples: 3, values: 10 }, sample(1), sample(2, 50)).pending()).toEqual([sample(2, 50)]);
});

test('what came in after the acknowledged ones stays', () => {
  const ring = ringOf({ samples: 3, values: 100 }, sample(1), sample(2));
  const sent = ring.pending();
  ring.add(sample(3));
  ring.drop(sent);
  expect(ring.pending()).toEqual([sample(3)]);
});
