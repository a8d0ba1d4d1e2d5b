/**
 * B1: very many clusters asked for at once, over some subscriptions. Measures what the control plane itself needs for
 * them (wall time, processor time, memory) and, in virtual time, how close the fleet comes to what Azure allows.
 */
import { clusterKey } from '../../lib/domain/cluster-key.ts';
import type { Issuer } from '../../local/auth/issuer.ts';
import { LIMITS } from '../../local/clouds/azure/settings.ts';
import { BenchWorld } from './bench-world.ts';
import { sum } from './cloud-meter.ts';
import { busyByCluster } from './cloud-time.ts';
import { FLOORS } from './floors.ts';
import { finding, percentile, type Report } from './report.ts';
import { create } from './requests.ts';

export interface Storm {
  readonly clusters: number;
  readonly accounts: number;
  readonly seed: number;
  readonly issuer: Issuer;
}

/** Sessions of two instances: host.json. */
const WORKERS = 128;
const AT_MOST_MS = 6 * 3_600_000;
const WALL_GOAL_S = 60;
const CPU_GOAL_MS = 25;

export async function benchStorm(storm: Storm): Promise<Report> {
  const { clusters, accounts, seed, issuer } = storm;
  const world = await BenchWorld.open({ seed, issuer, accounts, workers: WORKERS });
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  const from = world.scheduler.now();
  await submit(world, clusters);
  const submittedS = (performance.now() - startedAt) / 1000;
  world.meter.take();
  world.store.resetRequestUnits();

  await world.runUntil(() => world.convergedAt.size === clusters, AT_MOST_MS);
  const wallS = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const counts = world.meter.take();
  const times = timesOf(world, from);
  const makespanS = Math.max(...times.map(({ totalMs }) => totalMs)) / 1000;
  return {
    title: `B1 ${clusters} clusters at once, ${accounts} subscription(s), seed ${seed}`,
    findings: [
      finding('wall time', 's', [wallS], { target: { atMost: WALL_GOAL_S, required: false } }),
      finding('wall time of the requests', 's', [submittedS]),
      finding('processor time per cluster', 'ms', [(user + system) / 1000 / clusters], {
        target: { atMost: CPU_GOAL_MS, required: false },
      }),
      finding('memory, peak', 'MiB', [process.resourceUsage().maxRSS / 1024]),
      finding('makespan (virtual)', 's', [makespanS], { floor: floorMs(times, accounts) / 1000 }),
      finding(
        'added by us (virtual)',
        's',
        times.map(({ addedMs }) => addedMs / 1000),
      ),
      finding('Azure writes per cluster', 'calls', [sum(counts.writes) / clusters], {
        floor: FLOORS.create.writes,
      }),
      finding('PUTs that change nothing', 'calls', [counts.idlePuts.length], {
        target: { atMost: 0, required: true },
      }),
      finding('Azure reads per cluster', 'calls', [sum(counts.reads) / clusters], {
        floor: FLOORS.create.reads,
      }),
      finding('calls that Azure throttled', 'calls', [counts.throttled]),
      finding('messages per cluster', 'count', [world.workers.deliveries / clusters], {
        floor: FLOORS.create.messages,
      }),
      finding('unfairness between subscriptions', '1 - Jain', [1 - jain(slowdowns(times))]),
    ],
    notes: [],
  };
}

/** In turn, so that every subscription has its share from the start. */
async function submit(world: BenchWorld, clusters: number): Promise<void> {
  for (let index = 0; index < clusters; index += 1) {
    const account = world.accounts[index % world.accounts.length];
    if (!account) throw new Error('The world has no account');
    const { endpoint, parts } = create(`storm-${index}`, account);
    await world.request(endpoint, parts);
  }
}

interface Times {
  readonly account: string;
  readonly totalMs: number;
  readonly cloudMs: number;
  readonly addedMs: number;
}

function timesOf(world: BenchWorld, from: number): readonly Times[] {
  const busy = busyByCluster(world.clouds, { from, to: world.scheduler.now() });
  return [...world.documents.values()].map((document) => {
    const totalMs = (world.convergedAt.get(document.id) ?? 0) - from;
    const cloudMs = busy.get(clusterKey(document.name, document.id)) ?? 0;
    return { account: document.spec.cloud.account, totalMs, cloudMs, addedMs: totalMs - cloudMs };
  });
}

/**
 * One PUT per cluster through the bucket of its subscription; the longest creates go first. No order of the PUTs ends
 * sooner.
 */
function floorMs(times: readonly Times[], accounts: number): number {
  const longestFirst = times.map(({ cloudMs }) => cloudMs).toSorted((a, b) => b - a);
  const { burst, refillPerSecond } = LIMITS.writes;
  const ends = longestFirst.map((ms, index) => {
    const waited = Math.max(0, Math.floor(index / accounts) + 1 - burst) / refillPerSecond;
    return waited * 1000 + ms;
  });
  return Math.max(...ends);
}

/** Median of what its clusters took, over what Azure took, by subscription. */
function slowdowns(times: readonly Times[]): readonly number[] {
  const byAccount = Map.groupBy(times, ({ account }) => account);
  return [...byAccount.values()].map((own) =>
    percentile(
      own.map(({ totalMs, cloudMs }) => totalMs / cloudMs),
      0.5,
    ),
  );
}

/** Jain's index: 1 when all are slowed down alike. */
function jain(values: readonly number[]): number {
  const total = values.reduce((all, value) => all + value, 0);
  const squares = values.reduce((all, value) => all + value * value, 0);
  return total ** 2 / (values.length * squares);
}
