/**
 * What one health sweep costs over a large fleet in which nearly everybody beats: processor time and request units. The
 * store of the tests, which makes and reads text as a client of Cosmos DB does. Time belongs to the machine; that work
 * follows what is due shows in the looks at single clusters, which are counted.
 */
import { shardAddress } from '../../lib/agents/port.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import { toInstant } from '../../lib/domain/time.ts';
import { packSeen, type SeenMap, unheard } from '../../lib/health/seen.ts';
import { sweepHealth } from '../../lib/health/sweep.ts';
import { aCluster, NOON_MS } from '../builders/cluster.ts';
import { someDeps, type TestDeps } from '../builders/deps.ts';
import { finding, type Report } from './report.ts';

const PER_SHARD = 2_000;
const MINUTE_MS = 60_000;
/** Documents of beats a shard and minute: two instances that write every two seconds. */
const COMMITS = 60;
const SWEEPS = 7;
/** Where the observed clock stands at noon. */
const OBSERVED_MS = 24 * 60 * MINUTE_MS;
/** Of the fleet, silent from the start; some of them for ten minutes at each sweep. */
const SILENT = 100;
const GOAL = { cpuSeconds: 1, unitsPerBeat: 1 };

export interface SweepCost {
  readonly cpuSeconds: number;
  readonly requestUnits: number;
  readonly told: number;
  readonly clusters: number;
}

export async function measureSweeps(clusters: number, sweeps: number): Promise<readonly SweepCost[]> {
  const shards = Math.ceil(clusters / PER_SHARD);
  const base = someDeps();
  const deps = someDeps({ agents: { ...base.config.agents, shards } });
  const members = Array.from({ length: shards }, (_, shard) => membersOf(shard, clusters));
  for (const [shard, uids] of members.entries()) await settle(deps, shard, uids);
  const fleet = {
    id: 'fleet',
    type: 'fleet',
    sweptAtMs: NOON_MS,
    observedMs: OBSERVED_MS,
    calmMs: 0,
    shards,
  };
  await deps.store.upsert({ container: 'liveness', partition: 'fleet' }, fleet);
  const costs: SweepCost[] = [];
  // The first one reads what those after it remember: a process that just started.
  for (let minute = 1; minute <= sweeps; minute += 1) {
    const startMs = NOON_MS + minute * MINUTE_MS;
    for (const [shard, uids] of members.entries()) await beat(deps, { shard, uids, startMs, seq: minute });
    deps.time.nowMs = startMs + MINUTE_MS;
    deps.store.resetRequestUnits();
    const before = process.cpuUsage();
    const swept = await sweepHealth(deps, { periodMs: MINUTE_MS, isPastDue: false });
    const { user, system } = process.cpuUsage(before);
    if (!swept) throw new Error('The sweep lost its turn');
    const { requestUnits } = deps.store.requestUnits();
    costs.push({
      cpuSeconds: (user + system) / 1e6,
      requestUnits,
      told: swept.told,
      clusters: swept.clusters,
    });
  }
  return costs;
}

export async function benchSweep(clusters: number): Promise<Report> {
  const costs = await measureSweeps(clusters, SWEEPS);
  const warm = costs.slice(1);
  return {
    title: `One health sweep over ${clusters} clusters, ${SILENT} of them silent, in the process`,
    findings: [
      finding(
        'processor time',
        's',
        warm.map((cost) => cost.cpuSeconds),
        {
          target: { atMost: GOAL.cpuSeconds, required: false },
        },
      ),
      finding(
        'request units',
        'RU',
        warm.map((cost) => cost.requestUnits),
      ),
      finding(
        'request units a beat',
        'RU',
        warm.map((cost) => cost.requestUnits / cost.clusters),
        {
          target: { atMost: GOAL.unitsPerBeat, required: true },
        },
      ),
      finding(
        'verdicts told',
        '',
        warm.map((cost) => cost.told),
      ),
    ],
    notes: [`${Math.ceil(clusters / PER_SHARD)} shards; one beat a cluster since the sweep before`],
  };
}

function membersOf(shard: number, clusters: number): readonly string[] {
  const count = Math.min(PER_SHARD, clusters - shard * PER_SHARD);
  return Array.from(
    { length: count },
    (_, index) => `00000000-0000-4000-8000-${String(shard * PER_SHARD + index).padStart(12, '0')}`,
  );
}

/** A shard as a day of sweeps leaves it: everybody heard of, and told so. */
async function settle(deps: TestDeps, shard: number, uids: readonly string[]): Promise<void> {
  const entry = { project: 'default', epoch: 1, revision: '1.0', since: toInstant(NOON_MS) };
  const named = uids.map((uid, index) => [uid, { ...entry, name: `cluster-${shard}-${index}` }]);
  const roster = { id: 'roster', type: 'roster', clusters: Object.fromEntries(named) };
  await deps.store.upsert(shardAddress(shard), roster);
  const seen: SeenMap = new Map();
  for (const uid of uids) {
    const silentMinutes = isSilent(uid) ? 9 - (Number(uid.slice(-6)) % SWEEPS) : 0;
    const heard = {
      atMs: NOON_MS - silentMinutes * MINUTE_MS,
      instance: 'a'.repeat(16),
      seq: 0,
      told: 'heard',
    } as const;
    seen.set(uid, { ...unheard(OBSERVED_MS - silentMinutes * MINUTE_MS), ...heard });
    if (!isSilent(uid)) continue;
    const cluster = aCluster({ id: asClusterId(uid), name: uid });
    await deps.store.create({ container: 'clusters', partition: uid }, cluster);
  }
  await deps.store.upsert(shardAddress(shard), packSeen('', seen));
}

function isSilent(uid: string): boolean {
  return Number(uid.slice(-6)) < SILENT;
}

interface Minute {
  readonly shard: number;
  readonly uids: readonly string[];
  readonly startMs: number;
  readonly seq: number;
}

/** As lib/agents/beat-log.ts packs them. */
async function beat(deps: TestDeps, { shard, uids, startMs, seq }: Minute): Promise<void> {
  const alive = uids.filter((uid) => !isSilent(uid));
  const size = Math.ceil(alive.length / COMMITS);
  for (let commit = 0; commit * size < alive.length; commit += 1) {
    const fromMs = startMs + commit * 1_000;
    const beats = alive
      .slice(commit * size, (commit + 1) * size)
      .map((uid, index) => [uid, index, 1, 'a'.repeat(16), seq]);
    const id = `beats-${fromMs}-00000000-0000-4000-8000-000000000000-${commit}`;
    const document = { id, type: 'beats', ttl: 1800, fromMs, beats };
    await deps.store.upsert(shardAddress(shard), document);
  }
}
