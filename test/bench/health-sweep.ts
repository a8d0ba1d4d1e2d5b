/**
 * What one health sweep costs over a large fleet in which nearly everybody beats: processor time and request units. The
 * store of the tests, which makes and reads text as a client of Cosmos DB does. Time belongs to the machine; that work
 * follows what is due shows in the looks at single clusters, which are counted.
 */
import { createHash } from 'node:crypto';
import { processOf } from '../../lib/agents/beat-log.ts';
import { shardAddress } from '../../lib/agents/port.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import { toInstant } from '../../lib/domain/time.ts';
import { packSeen, type SeenMap, unheard } from '../../lib/health/seen.ts';
import { sweepHealth } from '../../lib/health/sweep.ts';
import { packNumbers } from '../../lib/store/packed-numbers.ts';
import { aCluster, NOON_MS } from '../builders/cluster.ts';
import { someDeps, type TestDeps } from '../builders/deps.ts';
import { finding, type Report } from './report.ts';

const PER_SHARD = 2_000;
const MINUTE_MS = 60_000;
/** Documents of beats a shard and minute: two instances that write every six seconds. */
const COMMITS = 20;
const WINDOW_MS = 6_000;
const MONTH_OF_BEATS = 43_200;
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
    clockMs: NOON_MS,
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
  const first = costs.slice(0, 1);
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
        'of the first one after a start',
        's',
        first.map((cost) => cost.cpuSeconds),
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
  const named = uids.map((uid, seat) => [uid, { ...entry, name: `cluster-${shard}-${seat}`, seat }]);
  const clusters = Object.fromEntries(named);
  const roster = { id: 'roster', type: 'roster', revision: 1, seats: uids.length, clusters };
  await deps.store.upsert(shardAddress(shard), roster);
  const mark = { id: 'roster-revision', type: 'roster-revision', revision: 1 };
  await deps.store.upsert(shardAddress(shard), mark);
  const seen: SeenMap = new Map();
  for (const [seat, uid] of uids.entries()) {
    const silentMinutes = isSilent(uid) ? 9 - (Number(uid.slice(-6)) % SWEEPS) : 0;
    const { phaseMs, seqBefore, process } = agentOf(uid);
    const agoMs = silentMinutes * MINUTE_MS + (isSilent(uid) ? 0 : phaseMs);
    const heard = { atMs: NOON_MS - agoMs, process, seq: seqBefore, told: 'heard' } as const;
    seen.set(seat, { ...unheard(OBSERVED_MS - agoMs), ...heard });
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
  const commits = Array.from({ length: COMMITS }, (): number[] => []);
  for (const [seat, uid] of uids.entries()) {
    if (isSilent(uid)) continue;
    const { phaseMs, seqBefore, process } = agentOf(uid);
    const commit = Math.floor((phaseMs * COMMITS) / MINUTE_MS);
    commits[commit]?.push(seat, phaseMs % WINDOW_MS, 1, process, seqBefore + seq);
  }
  for (const [commit, numbers] of commits.entries()) {
    const fromMs = startMs + (commit * MINUTE_MS) / COMMITS;
    const id = `beats-${fromMs}-00000000-0000-4000-8000-000000000000-${commit}`;
    const document = { id, type: 'beats', ttl: 1800, fromMs, beats: packNumbers(numbers) };
    await deps.store.upsert(shardAddress(shard), document);
  }
}

interface Agent {
  readonly phaseMs: number;
  /** Beats of its process before the first minute: of the last month, some. */
  readonly seqBefore: number;
  readonly process: number;
}

/** No two are alike, or documents would be easier to pack than they are. */
function agentOf(uid: string): Agent {
  const digest = createHash('sha256').update(uid).digest();
  return {
    phaseMs: digest.readUInt32BE(0) % MINUTE_MS,
    seqBefore: digest.readUInt32BE(4) % MONTH_OF_BEATS,
    process: processOf(uid),
  };
}
