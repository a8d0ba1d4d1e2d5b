/** Usage of a cluster or of one of its nodes, put together from what is stored. */
import { readAgentState } from '../agents/agent-state.ts';
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import { type Newest, newestUsage } from './newest.ts';
import { type Range, readRange } from './range.ts';
import { type Counts, countsFor, type Include, type UsageView, usageView } from './view.ts';

type UsageDeps = Pick<Deps, 'store' | 'clock' | 'config'>;

/** Older than a report that was due and missed is not «now» any more; no less than some beats of any deployment. */
const LEAST_NOW_MS = 5 * MINUTE_MS;

/** `undefined`: nothing was measured lately. */
export async function currentUsage(deps: UsageDeps, cluster: ClusterId): Promise<Newest | undefined> {
  const newest = await newestUsage(deps, cluster);
  return newest !== undefined && isNow(deps, newest.atMs) ? newest : undefined;
}

function isNow({ clock, config }: UsageDeps, atMs: EpochMs): boolean {
  const { reportMs, beatMs } = config.agents;
  return clock.now() - atMs <= Math.max(LEAST_NOW_MS, 2 * reportMs + beatMs);
}

export function clusterUsage(
  deps: UsageDeps,
  cluster: ClusterId,
  { range, include }: { readonly range: Range; readonly include: Include },
): Promise<UsageView> {
  return measured(deps, cluster, { range, include, counts: countsFor(include) });
}

/** `undefined`: no agent has reported such a node, now or within the range. */
export async function nodeUsage(
  deps: UsageDeps,
  cluster: ClusterId,
  { range, node }: { readonly range: Range; readonly node: string },
): Promise<UsageView | undefined> {
  const usage = await measured(deps, cluster, { range, include: 'all', counts: ({ name }) => name === node });
  const isKnown = [usage.cpuUsage, usage.memoryUsage, usage.cpuRequests].some((part) => part !== null);
  return isKnown ? usage : undefined;
}

async function measured(
  deps: UsageDeps,
  cluster: ClusterId,
  { range, include, counts }: { readonly range: Range; readonly include: Include; readonly counts: Counts },
): Promise<UsageView> {
  const [block, newest, state] = await Promise.all([
    readRange(deps, cluster, range),
    currentUsage(deps, cluster),
    readAgentState(deps, cluster),
  ]);
  return usageView({ range, block, newest, nodes: state?.nodes ?? [] }, include, counts);
}
