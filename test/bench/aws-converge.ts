/**
 * B2 and B7 on EC2: the life of one cluster per seed. Three control-plane nodes and five workers over three zones, ten
 * workers more, five fewer, all ten replaced one by one, down to three, those replaced, deletion. Between two changes
 * the cluster comes to rest.
 */
import { createCluster } from '../../lib/clusters/create.ts';
import { changePool } from '../../lib/clusters/edit.ts';
import { removeCluster } from '../../lib/clusters/remove.ts';
import type { Outcome } from '../../lib/domain/refusal.ts';
import { CONSISTENT } from '../../local/clouds/aws/core/settings.ts';
import { aControlPlaneInput, anAwsInput, anAwsPoolInput } from '../builders/aws-input.ts';
import { machinesOf } from '../simulation/aws-facts.ts';
import { AwsBenchWorld } from './aws-bench-world.ts';
import {
  type CloudTimes,
  cloudTimes,
  createMs,
  deleteMs,
  growMs,
  replaceMs,
  type Window,
} from './aws-cloud-time.ts';
import {
  AWS_ADDED_GOAL_MS,
  AWS_CALLS,
  AWS_CHANGES,
  type AwsChange,
  REPLACE_OVER_FLOOR,
  WRITES_OVER_FLOOR,
} from './aws-floors.ts';
import { sum } from './cloud-meter.ts';
import { type Finding, finding, percentile, type Report } from './report.ts';

export interface AwsCost {
  readonly change: AwsChange;
  readonly writes: number;
  readonly refused: number;
  readonly reads: number;
  /** What was called more often than its floor. */
  readonly over: Readonly<Record<string, number>>;
  readonly passes: number;
  readonly requestUnits: number;
  readonly totalMs: number;
  readonly cloudMs: number;
  /** Machines alive at once beyond those that were asked for, at most. */
  readonly extra: number;
  /** Machines that were launched and that nobody needed. */
  readonly wasted: number;
}

const AT_MOST_MS = 4 * 3_600_000;
/** Longer than the quiet time, shorter than the drift look. */
const REST_MS = 10 * 60_000;

interface Step {
  readonly change: AwsChange | 'rest';
  ask(world: AwsBenchWorld): Promise<Outcome<unknown>>;
}

const pools = [aControlPlaneInput(), anAwsPoolInput({ size: 5 })];

const LIFE: readonly Step[] = [
  {
    change: 'create',
    ask: ({ deps }) =>
      createCluster(deps, { project: 'default', who: 'bench', raw: anAwsInput({ pools }), strict: false }),
  },
  { change: 'scale +10', ask: edit({ size: 15 }) },
  { change: 'scale -5', ask: edit({ size: 10 }) },
  { change: 'replace 10', ask: edit({ instanceType: 'm5.xlarge' }) },
  { change: 'rest', ask: edit({ size: 3 }) },
  { change: 'replace 3', ask: edit({ instanceType: 'm5.large' }) },
  { change: 'delete', ask: (world) => removeCluster(world.deps, { document: clusterOf(world) }) },
];

function edit(raw: object): Step['ask'] {
  return (world) => changePool(world.deps, { document: clusterOf(world), strict: false }, 'worker', raw);
}

function clusterOf({ fleet }: AwsBenchWorld) {
  const [document] = fleet.documents.values();
  if (!document) throw new Error('The world has no cluster');
  return document;
}

/** `changes`: how many of them, from the first. */
export function measureAwsLife(seed: number, changes = LIFE.length): Promise<readonly AwsCost[]> {
  return AwsBenchWorld.run({ seed, consistency: CONSISTENT }, async (world) => {
    const costs: AwsCost[] = [];
    for (const { change, ask } of LIFE.slice(0, changes)) {
      const cost = await measure(world, change, ask);
      if (cost.change !== 'rest') costs.push({ ...cost, change: cost.change });
    }
    return costs;
  });
}

async function measure(world: AwsBenchWorld, change: Step['change'], ask: Step['ask']) {
  const { meter, store, workers, scheduler, fleet, side } = world;
  const [before, passes, from] = [cloudTimes(side), workers.deliveries, scheduler.now()];
  const asked = await ask(world);
  if (!asked.ok) throw new Error(`${change}: ${JSON.stringify(asked)}`);
  meter.take();
  store.resetRequestUnits();
  let most = 0;
  const size = change === 'delete' ? Number.POSITIVE_INFINITY : wantedMachines(world);
  await world.runUntil(() => {
    most = Math.max(most, machinesOf(side).length - size);
    return change === 'delete' ? fleet.documents.size === 0 : fleet.convergedAt.size > 0;
  }, AT_MOST_MS);
  const to = change === 'delete' ? fleet.goneAt() : (fleet.convergedAt.values().next().value ?? 0);
  const counts = meter.take();
  const { requestUnits, by } = store.requestUnits();
  const window = { from, to };
  const cost = {
    change,
    writes: sum(counts.writes),
    refused: sum(counts.refused),
    reads: sum(counts.reads),
    over: change === 'rest' ? {} : overFloor(change, counts.writes),
    passes: workers.deliveries - passes,
    requestUnits: requestUnits - (by['clusters.query']?.requestUnits ?? 0),
    totalMs: to - from,
    cloudMs: cloudMs(change, { times: cloudTimes(side), before, window }),
    extra: Math.max(0, most),
    wasted: Math.max(0, (counts.writes.RunInstances ?? 0) - launches(change)),
  };
  await world.runFor(REST_MS);
  return cost;
}

const launches = (change: Step['change']): number =>
  change === 'rest' ? 0 : (AWS_CALLS[change].RunInstances ?? 0);

function wantedMachines(world: AwsBenchWorld): number {
  return clusterOf(world).spec.pools.reduce((all, pool) => all + pool.size, 0);
}

function overFloor(change: AwsChange, writes: Readonly<Record<string, number>>) {
  const floor = AWS_CALLS[change];
  return Object.fromEntries(
    Object.entries(writes)
      .map(([operation, count]) => [operation, count - (floor[operation] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  );
}

interface Seen {
  readonly times: CloudTimes;
  readonly before: CloudTimes;
  readonly window: Window;
}

function cloudMs(change: Step['change'], { times, before, window }: Seen): number {
  switch (change) {
    case 'create':
      return createMs(times, window);
    case 'scale +10':
      return growMs(times, window);
    case 'replace 10':
    case 'replace 3':
      return replaceMs(times, window);
    case 'delete':
      return deleteMs(times, before, window);
    case 'scale -5':
    case 'rest':
      return 0;
  }
}

export async function benchAwsConverge(seeds: number): Promise<Report> {
  const costs: AwsCost[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) costs.push(...(await measureAwsLife(seed)));
  const of = (change: AwsChange) => costs.filter((cost) => cost.change === change);
  return {
    title: `B2/B7 one change of one cluster on EC2, ${seeds} seeds`,
    findings: AWS_CHANGES.flatMap((change) => findingsOf(change, of(change))),
    notes: AWS_CHANGES.flatMap((change) => overNote(change, of(change))),
  };
}

function findingsOf(change: AwsChange, costs: readonly AwsCost[]): readonly Finding[] {
  const floor = sum(AWS_CALLS[change]);
  const all = (read: (cost: AwsCost) => number) => costs.map(read);
  const chain = percentile(
    all(({ cloudMs: ms }) => ms / 1000),
    0.5,
  );
  return [
    finding(
      `${change}: AWS writes`,
      'calls',
      all((cost) => cost.writes + cost.refused),
      {
        floor,
        target: { atMost: Math.floor(floor * WRITES_OVER_FLOOR), required: change !== 'delete' },
      },
    ),
    finding(
      `${change}: AWS reads`,
      'calls',
      all(({ reads }) => reads),
    ),
    finding(
      `${change}: messages`,
      'count',
      all(({ passes }) => passes),
    ),
    finding(
      `${change}: units of its passes`,
      'RU',
      all(({ requestUnits }) => requestUnits),
    ),
    finding(
      `${change}: accepted to done`,
      's',
      all(({ totalMs }) => totalMs / 1000),
      chain === 0 ? {} : { floor: chain },
    ),
    ...(chain === 0 ? [] : addedFindings(change, costs)),
    ...(change === 'delete' ? [] : machineFindings(change, costs)),
  ];
}

function addedFindings(change: AwsChange, costs: readonly AwsCost[]): readonly Finding[] {
  const ratio = costs.map(({ totalMs, cloudMs: ms }) => totalMs / ms);
  return [
    finding(
      `${change}: added by us`,
      's',
      costs.map(({ totalMs, cloudMs: ms }) => (totalMs - ms) / 1000),
      { target: { atMost: AWS_ADDED_GOAL_MS / 1000, required: false } },
    ),
    ...(change.startsWith('replace')
      ? [
          finding(`${change}: over the time of its machines`, 'ratio', ratio, {
            target: { atMost: REPLACE_OVER_FLOOR, required: false },
          }),
        ]
      : []),
  ];
}

function machineFindings(change: AwsChange, costs: readonly AwsCost[]): readonly Finding[] {
  const wasted = costs.map((cost) => cost.wasted);
  const extra = costs.map((cost) => cost.extra);
  return [
    finding(`${change}: wasted machines`, 'machines', wasted, { target: { atMost: 0, required: true } }),
    ...(change.startsWith('replace')
      ? [finding(`${change}: extra machines`, 'machines', extra, { target: { atMost: 1, required: true } })]
      : []),
  ];
}

function overNote(change: AwsChange, costs: readonly AwsCost[]): readonly string[] {
  const over = Object.entries(costs[0]?.over ?? {}).map(([operation, count]) => `${operation} ${count}`);
  return over.length === 0 ? [] : [`${change}, seed 1, calls over the floor: ${over.sort().join(', ')}`];
}
