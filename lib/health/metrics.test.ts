import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aNode, aSample, type Used } from '../../test/builders/health.ts';
import {
  foldSamples,
  type MetricRules,
  type MetricsState,
  metricReasons,
  NO_SAMPLES,
  onlyNodes,
} from './metrics.ts';

const MINUTE = 60_000;
const START = 1_000 * MINUTE;
const TEN = { percent: 90, windowMs: 10 * MINUTE };
const RULES: MetricRules = { thresholds: { cpu: TEN, memory: TEN, disk: TEN }, beatMs: MINUTE };
const NODES = [aNode('n1'), aNode('n2')];

/** `[minute, percent]` of the processor of n1. */
type Point = readonly [minute: number, cpu: number];

function fold(points: readonly Point[], before: MetricsState = NO_SAMPLES, rules = RULES): MetricsState {
  const samples = points.map(([minute, cpu]) => aSample(START + minute * MINUTE, { n1: { cpu } }));
  return foldSamples(before, samples, NODES, rules);
}

function isHigh(state: MetricsState): boolean {
  return metricReasons(state).length > 0;
}

/** One sample a minute: `high(0, 10)` has eleven. */
function run(from: number, to: number, cpu: number): readonly Point[] {
  return Array.from({ length: to - from + 1 }, (_, index) => [from + index, cpu] as const);
}
const high = (from: number, to: number) => run(from, to, 95);
const low = (from: number, to: number) => run(from, to, 50);

describe('[A72] only what lasts for a whole window counts', () => {
  test.each<[string, readonly Point[], boolean]>([
    ['nothing', [], false],
    ['one spike', [...low(0, 5), ...high(6, 6), ...low(7, 20)], false],
    ['a sample short of the window', high(0, 9), false],
    ['the window', high(0, 10), true],
    ['a dip in the middle', [...high(0, 5), ...low(6, 6), ...high(7, 15)], false],
    ['a window after a dip', [...high(0, 5), ...low(6, 6), ...high(7, 17)], true],
    ['exactly at the threshold', run(0, 30, 90), false],
    ['just above it', run(0, 10, 90.01), true],
    ['two samples, however far apart', [...high(0, 0), ...high(10, 10)], false],
    ['a hole in the samples', [...high(0, 4), ...high(9, 14)], false],
    [
      'samples that are rare, but not too rare',
      [
        [0, 95],
        [3, 95],
        [6, 95],
        [9, 95],
        [12, 95],
      ],
      true,
    ],
    ['an hour of it', high(0, 60), true],
  ])('%s: %s', (_what, points, expected) => {
    expect(isHigh(fold(points))).toBe(expected);
  });

  test.each<[string, readonly Point[], boolean]>([
    ['a dip', low(11, 11), true],
    ['a sample short of half a window', low(11, 15), true],
    ['half a window', low(11, 16), false],
    ['half a window with a spike in it', [...low(11, 13), ...high(14, 14), ...low(15, 19)], true],
    ['two samples', [...low(11, 11), ...low(17, 17)], true],
    ['half a window with a hole in it', [...low(11, 12), ...low(17, 17)], false],
    ['samples that became rare', [...low(20, 20), ...low(30, 30), ...low(40, 40)], false],
    ['at the threshold for half a window', run(11, 16, 90), false],
  ])('and is over after %s: still high %s', (_what, points, expected) => {
    expect(isHigh(fold([...high(0, 10), ...points]))).toBe(expected);
  });

  test('short windows need three samples all the same', () => {
    const short = { percent: 90, windowMs: MINUTE };
    const rules = { ...RULES, thresholds: { cpu: short, memory: short, disk: short } };
    expect(isHigh(fold(high(0, 1), NO_SAMPLES, rules))).toBe(false);
    expect(isHigh(fold(high(0, 2), NO_SAMPLES, rules))).toBe(true);
  });

  test('and the same one twice is one', () => {
    const short = { percent: 90, windowMs: MINUTE };
    const rules = { ...RULES, thresholds: { cpu: short, memory: short, disk: short } };
    const two = fold(high(0, 1), NO_SAMPLES, rules);
    expect(fold(high(1, 1), two, rules)).toBe(two);
  });
});

test.each([
  ['CPU_HIGH', { cpu: 95 }],
  ['MEMORY_HIGH', { memory: 95 }],
  ['DISK_HIGH', { disk: 95 }],
] as const)('%s names the node and the beginning', (code, used: Used) => {
  const samples = high(0, 12).map(([minute]) => aSample(START + minute * MINUTE, { n1: used, n2: {} }));
  const state = foldSamples(NO_SAMPLES, samples, NODES, RULES);
  expect(metricReasons(state)).toMatchObject([{ code, node: 'n1', since: new Date(START).toISOString() }]);
});

test('what cannot be put in percent is passed over', () => {
  const samples = high(0, 12).map(([minute]) => aSample(START + minute * MINUTE, { gone: { cpu: 99 } }));
  expect(isHigh(foldSamples(NO_SAMPLES, samples, NODES, RULES))).toBe(false);
  const unsized = [aNode('n1', {}, { capacity: { cpuMilli: 0, memoryBytes: 0 } })];
  const used = high(0, 12).map(([minute]) => aSample(START + minute * MINUTE, { n1: { cpu: 99 } }));
  expect(isHigh(foldSamples(NO_SAMPLES, used, unsized, RULES))).toBe(false);
});

test('a node that is gone takes its streaks along', () => {
  const state = fold(high(0, 12));
  expect(onlyNodes(state, NODES)).toBe(state);
  expect(isHigh(onlyNodes(state, [aNode('n2')]))).toBe(false);
});

test('a steady cluster changes nothing, high or low', () => {
  const calm = fold(low(0, 5));
  expect(fold(low(6, 30), calm)).toBe(calm);
  const hot = fold(high(0, 10));
  expect(fold(high(11, 30), hot)).toBe(hot);
});

/** The rule once more, over the whole list at once: what the state machine must come to. */
function oracle(points: readonly Point[], windowMinutes: number): boolean {
  const lasts = (
    end: number,
    isIn: (cpu: number) => boolean,
    { minutes, notBefore, gap }: { minutes: number; notBefore: number; gap: number },
  ): boolean => {
    let first = end;
    while (first > notBefore) {
      const [before, here] = [points[first - 1], points[first]];
      if (!before || !here || !isIn(before[1]) || here[0] - before[0] > gap) break;
      first -= 1;
    }
    const span = (points[end]?.[0] ?? 0) - (points[first]?.[0] ?? 0);
    return isIn(points[end]?.[1] ?? 0) && span >= minutes && end - first + 1 >= 3;
  };
  let isHighNow = false;
  let changedAt = 0;
  for (let index = 0; index < points.length; index += 1) {
    const isOver = isHighNow
      ? lasts(index, (cpu) => cpu <= 90, {
          minutes: windowMinutes / 2,
          notBefore: changedAt,
          gap: Number.POSITIVE_INFINITY,
        })
      : lasts(index, (cpu) => cpu > 90, {
          minutes: windowMinutes,
          notBefore: changedAt,
          gap: Math.max(windowMinutes / 3, 3),
        });
    if (!isOver) continue;
    isHighNow = !isHighNow;
    changedAt = index + 1;
  }
  return isHighNow;
}

const history = fc
  .array(
    fc.record({
      steps: fc.integer({ min: 1, max: 6 }),
      stays: fc.integer({ min: 1, max: 25 }),
      isHigh: fc.boolean(),
    }),
    {
      maxLength: 12,
    },
  )
  .map((phases) => {
    const points: Point[] = [];
    let minute = 0;
    for (const { steps, stays, isHigh: up } of phases) {
      for (let count = 0; count < stays; count += 1) points.push([minute++, up ? 95 : 40]);
      minute += steps - 1;
    }
    return points;
  });

test('comes to what the rule says of the whole history', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 4, max: 20 }), (points, minutes) => {
      const rule = { percent: 90, windowMs: minutes * MINUTE };
      const rules = { ...RULES, thresholds: { cpu: rule, memory: rule, disk: rule } };
      expect(isHigh(fold(points, NO_SAMPLES, rules))).toBe(oracle(points, minutes));
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('samples that come in parts, again and again, in any order within a report, count once', () => {
  const scramble = fc.tuple(history, fc.array(fc.tuple(fc.nat(60), fc.nat(30)), { maxLength: 10 }));
  fc.assert(
    fc.property(scramble, ([points, repeats]) => {
      let state = NO_SAMPLES;
      for (let from = 0; from < points.length; from += 7) {
        state = fold(points.slice(from, from + 7).reverse(), state);
        // A report whose answer was lost comes again, with nothing newer in it.
        for (const [back, length] of repeats) {
          const start = Math.max(0, from - back);
          state = fold(points.slice(start, Math.min(from + 7, start + length)), state);
        }
      }
      expect(isHigh(state)).toBe(isHigh(fold(points)));
    }),
    { seed: 9, numRuns: 100 },
  );
});
