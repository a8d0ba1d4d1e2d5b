/**
 * B2 and B3: what one change of one cluster costs, from the accepted request to the cluster being as asked for. The
 * life of a cluster per seed: create with three pools, two nodes more, a pool more, three nodes replaced one by one,
 * another SKU, deletion. Between two changes the cluster comes to rest, which is counted apart.
 */
import { readCharge, replaceCharge } from '../../lib/store/request-units.ts';
import type { Issuer } from '../../local/auth/issuer.ts';
import { BenchWorld } from './bench-world.ts';
import { sum } from './cloud-meter.ts';
import { busyMs } from './cloud-time.ts';
import { ADDED_GOAL_MS, type Change, FLOORS, PROMISED } from './floors.ts';
import { type Finding, finding, percentile, type Report } from './report.ts';
import { addPool, type BenchRequest, changePool, changeSku, create, remove } from './requests.ts';

export interface Cost {
  readonly change: Change;
  readonly writes: number;
  readonly reads: number;
  readonly readsBy: Readonly<Record<string, number>>;
  /** PUTs that were accepted and changed nothing. */
  readonly idlePuts: number;
  readonly messages: number;
  readonly passes: number;
  readonly requestUnits: number;
  readonly requestUnitsFloor: number;
  /** Of the request itself, and what validation asked of Azure. */
  readonly ownRequestUnits: number;
  readonly ownReads: number;
  readonly totalMs: number;
  readonly addedMs: number;
  /** Until the cluster rests: messages and units after it was Running. */
  readonly restMessages: number;
  readonly restUnits: number;
}

const CLUSTER = 'shop';
const AT_MOST_MS = 4 * 3_600_000;
/** Longer than the quiet time, shorter than the drift look. */
const REST_MS = 10 * 60_000;

export async function measureLife(seed: number, issuer: Issuer): Promise<readonly Cost[]> {
  const world = await BenchWorld.open({ seed, issuer, accounts: 1, workers: 4 });
  const [account] = world.accounts;
  if (!account) throw new Error('The world has no account');
  const instanceType = 'Standard_D8s_v5';
  const life: readonly (readonly [Change, BenchRequest])[] = [
    ['create', create(CLUSTER, account)],
    ['scale', changePool(CLUSTER, 'web', { size: 5 })],
    ['add pool', addPool(CLUSTER, { name: 'more', size: 2, instanceType: 'Standard_D4s_v5' })],
    ['reconfigure', changePool(CLUSTER, 'system', { instanceType })],
    ['SKU', changeSku(CLUSTER, 'Standard')],
    ['delete', remove(CLUSTER)],
  ];
  const costs: Cost[] = [];
  for (const [change, request] of life) costs.push(await measureChange(world, change, request));
  return costs;
}

async function measureChange(world: BenchWorld, change: Change, request: BenchRequest): Promise<Cost> {
  world.meter.take();
  world.store.resetRequestUnits();
  const [sent, delivered, from] = [world.queue.sent.length, world.workers.deliveries, world.scheduler.now()];
  await world.request(request.endpoint, request.parts);
  const ownRequestUnits = world.store.requestUnits().requestUnits;
  const own = world.meter.take();
  world.store.resetRequestUnits();

  const documentBytes = await converge(world, change);
  const to = change === 'delete' ? world.goneAt : (world.convergedAt.values().next().value ?? 0);
  const counts = world.meter.take();
  const messages = world.queue.sent.length - sent;
  const passes = world.workers.deliveries - delivered;
  const requestUnits = passUnits(world);
  await world.runFor(REST_MS);
  const cloudMs = busyMs(world.clouds, { from, to });
  return {
    change,
    writes: sum(counts.writes),
    reads: sum(counts.reads),
    readsBy: counts.reads,
    idlePuts: counts.idlePuts.length,
    messages,
    passes,
    requestUnits,
    requestUnitsFloor: FLOORS[change].messages * (readCharge(documentBytes) + replaceCharge(documentBytes)),
    ownRequestUnits,
    ownReads: sum(own.reads),
    totalMs: to - from,
    addedMs: to - from - cloudMs,
    restMessages: world.workers.deliveries - delivered - passes,
    restUnits: passUnits(world) - requestUnits,
  };
}

/** Returns the size of the document in the end. */
async function converge(world: BenchWorld, change: Change): Promise<number> {
  if (change !== 'delete') {
    await world.runUntil(() => world.convergedAt.size > 0, AT_MOST_MS);
    return Math.max(...world.documentBytes());
  }
  const bytes = Math.max(...world.documentBytes());
  await world.runUntil(() => world.documents.size === 0, AT_MOST_MS);
  return bytes;
}

/** The sweep's query is the fleet's cost, not the cluster's: only sweeps query this container. */
function passUnits({ store }: BenchWorld): number {
  const { requestUnits, by } = store.requestUnits();
  return requestUnits - (by['clusters.query']?.requestUnits ?? 0);
}

export async function benchConverge(seeds: number, issuer: Issuer): Promise<Report> {
  const costs: Cost[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) costs.push(...(await measureLife(seed, issuer)));
  const changes = Object.keys(FLOORS).filter((name): name is Change => name in FLOORS);
  return {
    title: `B2/B3 one change of one cluster, ${seeds} seeds`,
    findings: changes.flatMap((change) =>
      findingsOf(
        change,
        costs.filter((cost) => cost.change === change),
      ),
    ),
    notes: changes.map((change) => readsNote(change, costs)),
  };
}

function findingsOf(change: Change, costs: readonly Cost[]): readonly Finding[] {
  const floor = FLOORS[change];
  const isCreate = change === 'create';
  const promise = (atMost: number) => (isCreate ? { target: { atMost, required: true } } : {});
  const of = (field: keyof { [K in keyof Cost as Cost[K] extends number ? K : never]: true }) =>
    costs.map((cost) => cost[field]);
  const seconds = (field: 'totalMs' | 'addedMs') => costs.map((cost) => cost[field] / 1000);
  const unitsFloor = percentile(of('requestUnitsFloor'), 0.5);
  return [
    finding(`${change}: Azure writes`, 'calls', of('writes'), {
      floor: floor.writes,
      target: { atMost: isCreate ? PROMISED.writes : floor.writes, required: isCreate },
    }),
    finding(`${change}: PUTs that change nothing`, 'calls', of('idlePuts'), {
      target: { atMost: 0, required: true },
    }),
    finding(`${change}: Azure reads`, 'calls', of('reads'), { floor: floor.reads }),
    finding(`${change}: messages`, 'count', of('passes'), {
      floor: floor.messages,
      ...promise(PROMISED.messages),
    }),
    finding(`${change}: units of its passes`, 'RU', of('requestUnits'), {
      floor: unitsFloor,
      ...promise(PROMISED.requestUnits),
    }),
    finding(`${change}: units of the request`, 'RU', of('ownRequestUnits')),
    finding(`${change}: messages until at rest`, 'count', of('restMessages')),
    finding(`${change}: accepted to done`, 's', seconds('totalMs')),
    finding(`${change}: added by us`, 's', seconds('addedMs'), {
      target: { atMost: ADDED_GOAL_MS / 1000, required: false },
    }),
  ];
}

function readsNote(change: Change, costs: readonly Cost[]): string {
  const first = costs.find((cost) => cost.change === change);
  const reads = Object.entries(first?.readsBy ?? {}).map(([operation, count]) => `${operation} ${count}`);
  return `${change}, seed 1, reads: ${reads.sort().join(', ')}; validation asked ${first?.ownReads ?? 0}`;
}
