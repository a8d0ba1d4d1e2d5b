import { expect, test } from '@jest/globals';
import type { Amounts } from '../../lib/domain/agent.ts';
import { breaches, crossed } from './urgent.ts';

const thresholds = {
  unhealthyAfterMs: 600_000,
  metrics: {
    cpu: { percent: 80, windowMs: 1 },
    memory: { percent: 90, windowMs: 1 },
    disk: { percent: 75, windowMs: 1 },
  },
};
const whole = new Map<string, Amounts>([['a', { cpuMilli: 1_000, memoryBytes: 1_000, diskBytes: 1_000 }]]);
const at = '2026-11-20T18:00:00.000Z';

test.each([
  ['at the threshold', { cpuMilli: 800, memoryBytes: 900, diskBytes: 750 }, []],
  ['above it', { cpuMilli: 801, memoryBytes: 901, diskBytes: 751 }, ['a/cpu', 'a/memory', 'a/disk']],
  ['a disk that nobody measures', { cpuMilli: 0, memoryBytes: 0 }, []],
])('%s', (_what, used, expected) => {
  expect([...breaches({ at, nodes: { a: used } }, whole, thresholds)]).toEqual(expected);
});

test('a node of unknown size breaches nothing', () => {
  expect(breaches({ at, nodes: { b: { cpuMilli: 9_999, memoryBytes: 0 } } }, whole, thresholds).size).toBe(0);
});

test.each([
  [[], [], false],
  [['a/cpu'], ['a/cpu'], false],
  [[], ['a/cpu'], true],
  [['a/cpu'], [], true],
  [['a/cpu'], ['a/disk'], true],
])('from %j to %j is a crossing: %s', (before, now, expected) => {
  expect(crossed(new Set(before), new Set(now))).toBe(expected);
});
