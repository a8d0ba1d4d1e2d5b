import { expect, test } from '@jest/globals';
import type { Amounts, NodeReport } from '../../lib/domain/agent.ts';
import { parts } from './parts.ts';

const node = (name: string): NodeReport => ({
  name,
  role: 'worker',
  capacity: { cpuMilli: 2_000, memoryBytes: 1 },
  requests: { cpuMilli: 0, memoryBytes: 0 },
  conditions: [],
});
const nodes = (count: number) => Array.from({ length: count }, (_, index) => node(`node-${index}`));
const used = (count: number): Record<string, Amounts> =>
  Object.fromEntries(nodes(count).map(({ name }) => [name, { cpuMilli: 1, memoryBytes: 2 }]));
const AT = '2026-11-20T18:00:00.000Z';

test('what fits is one body without a number', () => {
  expect(parts({ nodes: nodes(2) }, [])).toEqual([{ nodes: nodes(2) }]);
});

test('a beat that carries nothing is still a beat', () => {
  expect(parts({}, [])).toEqual([{}]);
});

test('a list that became empty is said', () => {
  expect(parts({ services: [] }, [])).toEqual([{ services: [] }]);
});

test('what does not fit is cut between items, in order, and nothing is lost', () => {
  const bodies = parts({ nodes: nodes(100), services: [] }, [{ at: AT, nodes: used(3) }], 2_000);
  expect(bodies.length).toBeGreaterThan(5);
  expect(bodies.flatMap((body) => body.nodes ?? [])).toEqual(nodes(100));
  expect(bodies[0]?.services).toEqual([]);
  expect(bodies.slice(1).every((body) => body.services === undefined)).toBe(true);
  expect(bodies.flatMap((body) => body.samples ?? [])).toEqual([{ at: AT, nodes: used(3) }]);
  expect(bodies.map(({ part }) => part)).toEqual(bodies.map((_, index) => ({ index, of: bodies.length })));
});

test('the report of five thousand nodes comes in bodies below 200 KiB', () => {
  const bodies = parts({ nodes: nodes(5_000) }, [{ at: AT, nodes: used(5_000) }]);
  expect(Math.max(...bodies.map((body) => Buffer.byteLength(JSON.stringify(body))))).toBeLessThan(200 * 1024);
  const samples = bodies.flatMap((body) => body.samples ?? []);
  expect(new Set(samples.map(({ at }) => at))).toEqual(new Set([AT]));
  expect(Object.assign({}, ...samples.map((sample) => sample.nodes))).toEqual(used(5_000));
});
