/**
 * What really happens in a fleet over a day, decided by the seed before anything runs: who dies when, what nodes suffer
 * from, how much processor is used, and when we or the way to us are down. Minutes of the day, ends excluded.
 */
import type { Dice } from './dice.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ClusterTruth {
  /** The agent does not run, or cannot reach us: of this cluster alone. */
  readonly dead: readonly Span[];
  readonly notReady: readonly Span[];
  readonly diskPressure: readonly Span[];
  /** Processor above the threshold. */
  readonly hot: readonly Span[];
  /** Its clock is ahead of ours by so much. */
  readonly skewMs: number;
  /** Own threshold of silence, minutes. */
  readonly unhealthyAfter: number;
  /** Second of the minute in which it beats. */
  readonly phase: number;
  /** Minutes until it tries again when we are back, or the way to us is. */
  readonly backoff: number;
  readonly straggles: number;
}

export interface FleetTruth {
  readonly clusters: readonly ClusterTruth[];
  /** The control plane is down: nobody is heard, no sweep runs. */
  readonly down: readonly Span[];
  /** The way to us is broken for these. */
  readonly outages: readonly Outage[];
}

export interface Outage extends Span {
  readonly clusters: ReadonlySet<number>;
}

export const DAY = 1440;
/** Before it every cluster is well: the first verdict is another story. */
const QUIET = 30;
/** Of all windows and graces here, minutes: our defaults. */
export const WINDOW = 10;

/** What holds in each minute of the day, as bits: asked for every cluster in every minute. */
export const DEAD = 1;
export const NOT_READY = 2;
export const PRESSURE = 4;
export const HOT = 8;

export function minutesOf(truth: ClusterTruth): Uint8Array {
  const minutes = new Uint8Array(DAY);
  const mark = (spans: readonly Span[], bit: number) => {
    for (const { from, to } of spans) {
      for (let minute = from; minute < Math.min(DAY, to); minute += 1)
        minutes[minute] = (minutes[minute] ?? 0) | bit;
    }
  };
  mark(truth.dead, DEAD);
  mark(truth.notReady, NOT_READY);
  mark(truth.diskPressure, PRESSURE);
  mark(truth.hot, HOT);
  return minutes;
}

export const isIn = (spans: readonly Span[], minute: number): boolean =>
  spans.some(({ from, to }) => minute >= from && minute < to);

export function fleetTruth(dice: Dice, count: number): FleetTruth {
  const outages = dice.hits(0.3) ? [outage(dice, count)] : [];
  return {
    clusters: Array.from({ length: count }, () => clusterTruth(dice)),
    down: dice.hits(0.6) ? spans(dice, 2, [5, 15, 15, 40]) : [],
    outages,
  };
}

function outage(dice: Dice, count: number): Outage {
  const part = dice.pick([0.35, 0.5, 0.8, 1]);
  const members = Array.from({ length: count }, (_, index) => index).filter(() => dice.hits(part));
  const [span = { from: 600, to: 620 }] = spans(dice, 1, [2, 20, 60, 180]);
  return { ...span, clusters: new Set(members) };
}

function clusterTruth(dice: Dice): ClusterTruth {
  const unhealthyAfter = dice.hits(0.2) ? dice.pick([5, 20]) : WINDOW;
  const some = (part: number, lengths: readonly [number, ...number[]]) =>
    dice.hits(part) ? spans(dice, 2, lengths) : [];
  return {
    dead: some(0.3, [1, 3, unhealthyAfter - 2, unhealthyAfter + 5, 120, 400]),
    notReady: some(0.3, [2, WINDOW - 2, WINDOW + 5, 60]),
    diskPressure: some(0.3, [1, 5, 60]),
    hot: some(0.4, [1, 4, WINDOW - 2, WINDOW + 3, 60]),
    skewMs: dice.hits(0.2) ? dice.between(-3_600_000, 3_600_000) : dice.between(-2_000, 2_000),
    unhealthyAfter,
    phase: Math.floor(dice.between(2, 50)),
    backoff: Math.floor(dice.between(0, 3)),
    straggles: dice.hits(0.1) ? 5 : 0,
  };
}

/** At most so many, far apart. */
function spans(dice: Dice, count: number, lengths: readonly [number, ...number[]]): readonly Span[] {
  const room = (DAY - QUIET - 60) / count;
  return Array.from({ length: count }, (_, index) => {
    const length = dice.pick(lengths);
    const from = QUIET + Math.floor(index * room + dice.between(0, Math.max(1, room - length - 60)));
    return { from, to: from + length };
  });
}

/** This cluster is cut off by it, or has not tried again yet. */
export function isPartOf(
  { from, to, clusters }: Outage,
  minute: number,
  index: number,
  truth: ClusterTruth,
): boolean {
  return minute >= from && minute < to + truth.straggles && clusters.has(index);
}
