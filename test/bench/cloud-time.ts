/**
 * How long the cloud itself was busy with a cluster: the union of its operations, of the time that machines take from
 * joining to being Ready, and of the lag of its lists. What a change took beyond that, the control plane added.
 */
import { type BenchClouds, NODE_READY_MS } from './simulated-clouds.ts';

interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Milliseconds by AKS cluster name; deleted clusters have none: use `busyMs` in a world of one cluster. */
export function busyByCluster({ state }: BenchClouds, window: Window): ReadonlyMap<string, number> {
  const intervals = new Map<string, Interval[]>();
  const add = (key: string, interval: Interval) =>
    intervals.set(key, [...(intervals.get(key) ?? []), interval]);
  for (const { clusterKey, startedAt, endsAt } of state.operations.values())
    add(clusterKey ?? '', { from: startedAt, to: endsAt });
  for (const { clusterKey, joinsAt } of state.machines.values())
    add(clusterKey, { from: joinsAt, to: joinsAt + NODE_READY_MS });
  return new Map(
    state.clusters.values().map(({ key, name }) => [name, unionMs(intervals.get(key) ?? [], window)]),
  );
}

/** Of everything that the simulator did in the window. */
export function busyMs({ state }: BenchClouds, window: Window): number {
  return unionMs(
    [
      ...state.operations.values().map(({ startedAt, endsAt }) => ({ from: startedAt, to: endsAt })),
      ...state.machines.values().map(({ joinsAt }) => ({ from: joinsAt, to: joinsAt + NODE_READY_MS })),
      ...state.ghosts.values().map(({ until }) => ({ from: until - NODE_READY_MS, to: until })),
    ],
    window,
  );
}

function unionMs(intervals: readonly Interval[], window: Window): number {
  let [total, reached] = [0, window.from];
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    const [start, end] = [Math.max(from, reached), Math.min(to, window.to)];
    if (end <= start) continue;
    total += end - start;
    reached = end;
  }
  return total;
}
