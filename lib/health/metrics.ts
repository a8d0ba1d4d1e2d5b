/**
 * Metric thresholds, sustained: a node's metric is a problem when every sample of a whole window was above the threshold,
 * and none any more when every sample of half a window was not. Pure. One spike, one dip, or a hole in the samples
 * makes no problem. What is kept changes only when a sample tells something new, so a steady cluster writes nothing.
 */
import type { Amounts, NodeReport, UsageSample } from '../domain/agent.ts';
import { METRICS, type Metric, type MetricThreshold } from '../domain/health.ts';
import { type EpochMs, toEpochMs, toInstant } from '../domain/time.ts';
import { type CodedReason, listed, metricHigh } from './reasons.ts';

/** Samples that a verdict needs, whatever the window. Our choice: two may both be the same spike. */
const MIN_SAMPLES = 3;
/** Samples further apart than this part of the window, or than three beats, do not belong together. */
const GAP_PARTS = 3;
const GAP_BEATS = 3;
const RECOVERY_PARTS = 2;

/** Samples on one side of the threshold. */
interface Run {
  readonly fromMs: EpochMs;
  readonly lastMs: EpochMs;
  /** Counted up to what a verdict needs. */
  readonly count: number;
}

/** Of one metric of one node; absent: not above, nothing to remember. */
export type Streak =
  | { readonly phase: 'rising'; readonly above: Run }
  | { readonly phase: 'breached'; readonly sinceMs: EpochMs }
  | { readonly phase: 'recovering'; readonly sinceMs: EpochMs; readonly below: Run };

type Streaks = Readonly<Record<string, Streak>>;

export interface MetricsState {
  /** Of the newest sample that changed something; 0: there was none. Samples up to it have had their say. */
  readonly untilMs: EpochMs;
  /** By metric and node. */
  readonly streaks: Readonly<Record<Metric, Streaks>>;
}

export const NO_SAMPLES: MetricsState = { untilMs: 0, streaks: { cpu: {}, memory: {}, disk: {} } };

export interface MetricRules {
  readonly thresholds: Readonly<Record<Metric, MetricThreshold>>;
  /** How often agents measure, milliseconds. */
  readonly beatMs: number;
}

/** What is left of the streaks of nodes that are gone: nothing. The same state when nothing was. */
export function onlyNodes(state: MetricsState, nodes: readonly NodeReport[]): MetricsState {
  const names = new Set(nodes.map(({ name }) => name));
  const gone = METRICS.some((metric) => Object.keys(state.streaks[metric]).some((name) => !names.has(name)));
  if (!gone) return state;
  const kept = (streaks: Streaks) =>
    Object.fromEntries(Object.entries(streaks).filter(([name]) => names.has(name)));
  const { cpu, memory, disk } = state.streaks;
  return { ...state, streaks: { cpu: kept(cpu), memory: kept(memory), disk: kept(disk) } };
}

/**
 * The state after these samples, in any order: what is not later than what already spoke is passed over. Repeating samples
 * changes nothing, because all that came after `untilMs` and was no news is no news again.
 */
export function foldSamples(
  before: MetricsState,
  samples: readonly UsageSample[],
  nodes: readonly NodeReport[],
  rules: MetricRules,
): MetricsState {
  const capacities = new Map(nodes.map(({ name, capacity }) => [name, capacity]));
  const inOrder = samples
    .map((sample) => ({ atMs: toEpochMs(sample.at), sample }))
    .sort((a, b) => a.atMs - b.atMs);
  let state = before;
  for (const { atMs, sample } of inOrder) {
    if (atMs > state.untilMs) state = foldSample(state, atMs, sample, capacities, rules);
  }
  return state;
}

function foldSample(
  state: MetricsState,
  atMs: EpochMs,
  { nodes }: UsageSample,
  capacities: ReadonlyMap<string, Amounts>,
  { thresholds, beatMs }: MetricRules,
): MetricsState {
  const streaks: Record<Metric, Streaks> = { ...state.streaks };
  for (const metric of METRICS) {
    const rule = thresholds[metric];
    for (const [name, used] of Object.entries(nodes)) {
      const percent = percentOf(metric, used, capacities.get(name));
      if (percent === undefined) continue;
      const known = streaks[metric];
      const streak = Object.hasOwn(known, name) ? known[name] : undefined;
      const next = stepStreak(streak, { atMs, isAbove: percent > rule.percent }, rule.windowMs, beatMs);
      if (next !== streak) streaks[metric] = withStreak(known, name, next);
    }
  }
  const changed = METRICS.some((metric) => streaks[metric] !== state.streaks[metric]);
  return changed || state.untilMs === 0 ? { untilMs: atMs, streaks } : state;
}

function withStreak(streaks: Streaks, name: string, next: Streak | undefined): Streaks {
  const { [name]: _, ...others } = streaks;
  return next === undefined ? others : { ...others, [name]: next };
}

const AMOUNT = {
  cpu: ({ cpuMilli }: Amounts) => cpuMilli,
  memory: ({ memoryBytes }: Amounts) => memoryBytes,
  disk: ({ diskBytes }: Amounts) => diskBytes,
} as const satisfies Record<Metric, (amounts: Amounts) => number | undefined>;

/** `undefined` when it was not measured, or of what is not known. */
function percentOf(metric: Metric, used: Amounts, capacity: Amounts | undefined): number | undefined {
  const amount = AMOUNT[metric](used);
  const whole = capacity && AMOUNT[metric](capacity);
  return amount === undefined || whole === undefined || whole <= 0 ? undefined : (100 * amount) / whole;
}

export interface Measured {
  readonly atMs: EpochMs;
  readonly isAbove: boolean;
}

/** One sample later than all before it. The same streak when it is no news. */
export function stepStreak(
  streak: Streak | undefined,
  { atMs, isAbove }: Measured,
  windowMs: number,
  beatMs: number,
): Streak | undefined {
  const gapMs = Math.max(windowMs / GAP_PARTS, GAP_BEATS * beatMs);
  if (streak === undefined || streak.phase === 'rising') {
    if (!isAbove) return undefined;
    const above = extended(streak?.above, atMs, gapMs);
    return holds(above, windowMs) ? { phase: 'breached', sinceMs: above.fromMs } : { phase: 'rising', above };
  }
  const { sinceMs } = streak;
  if (isAbove) return streak.phase === 'breached' ? streak : { phase: 'breached', sinceMs };
  // Holes do not count here: samples that became rare must not keep a problem for ever.
  const below = extended(
    streak.phase === 'recovering' ? streak.below : undefined,
    atMs,
    Number.POSITIVE_INFINITY,
  );
  return holds(below, windowMs / RECOVERY_PARTS) ? undefined : { phase: 'recovering', sinceMs, below };
}

function extended(run: Run | undefined, atMs: EpochMs, gapMs: number): Run {
  if (run === undefined || atMs - run.lastMs > gapMs) return { fromMs: atMs, lastMs: atMs, count: 1 };
  return { fromMs: run.fromMs, lastMs: atMs, count: Math.min(MIN_SAMPLES, run.count + 1) };
}

function holds({ fromMs, lastMs, count }: Run, forMs: number): boolean {
  return lastMs - fromMs >= forMs && count >= MIN_SAMPLES;
}

export function metricReasons({ streaks }: MetricsState): readonly CodedReason[] {
  return listed(
    METRICS.flatMap((metric) =>
      Object.entries(streaks[metric]).flatMap(([node, streak]) =>
        streak.phase === 'rising' ? [] : [metricHigh(metric, node, toInstant(streak.sinceMs))],
      ),
    ),
  );
}
