/** Nodes, samples and reports of agents, with only the fields that a test is about. */
import { processOf } from '../../lib/agents/beat-log.ts';
import { type AgentStateDocument, type Report, shardAddress } from '../../lib/agents/port.ts';
import { putRosterEntry, readRoster } from '../../lib/agents/roster.ts';
import type { NodeReport, ReportedCondition, UsageSample } from '../../lib/domain/agent.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { type EpochMs, toInstant } from '../../lib/domain/time.ts';
import { packNumbers } from '../../lib/store/packed-numbers.ts';
import { NOON_MS } from './cluster.ts';
import type { TestDeps } from './deps.ts';

const GIB = 2 ** 30;

/** `Ready`, unless told otherwise: `aNode('n1', {Ready: 'False', DiskPressure: 'True'})`. */
export function aNode(
  name: string,
  conditions: Readonly<Record<string, ReportedCondition['status']>> = {},
  fields: Partial<NodeReport> = {},
): NodeReport {
  return {
    name,
    role: 'worker',
    capacity: { cpuMilli: 4000, memoryBytes: 16 * GIB, diskBytes: 100 * GIB },
    requests: { cpuMilli: 100, memoryBytes: GIB },
    conditions: Object.entries({ Ready: 'True' as const, ...conditions }).map(([type, status]) => ({
      type,
      status,
    })),
    ...fields,
  };
}

/** What of a node of `aNode` is used, in percent. */
export interface Used {
  readonly cpu?: number;
  readonly memory?: number;
  readonly disk?: number;
}

export function aSample(atMs: EpochMs, used: Readonly<Record<string, Used>>): UsageSample {
  const nodes = Object.entries(used).map(([name, { cpu = 10, memory = 10, disk = 10 }]) => [
    name,
    { cpuMilli: 40 * cpu, memoryBytes: (16 * GIB * memory) / 100, diskBytes: GIB * disk },
  ]);
  return { at: toInstant(atMs), nodes: Object.fromEntries(nodes) };
}

export interface ReportParts {
  readonly atMs?: EpochMs;
  /** Of the agent's clock; the server's when absent. */
  readonly sentAtMs?: EpochMs;
  readonly nodes?: readonly NodeReport[];
  readonly samples?: readonly UsageSample[];
  /** Known from earlier reports. */
  readonly knownNodes?: readonly NodeReport[];
}

export function aReport(cluster: ClusterDocument, parts: ReportParts = {}): Report {
  const { atMs = NOON_MS, sentAtMs = atMs, nodes, samples = [] } = parts;
  const latest = samples.at(-1);
  const state: AgentStateDocument = {
    id: 'agent-state',
    type: 'agent-state',
    agentVersion: '1.0.0',
    reportedAt: toInstant(atMs),
    nodes: nodes ?? parts.knownNodes ?? [],
    services: [],
    packs: [],
    ...(latest !== undefined && { latest }),
  };
  return {
    cluster: cluster.id,
    project: cluster.project,
    receivedAtMs: atMs,
    heartbeat: { agentVersion: '1.0.0', sentAt: toInstant(sentAtMs), ...(nodes && { nodes }), samples },
    state,
    samples,
  };
}

/** Puts the cluster on the roster of the only shard. */
export async function enlisted(deps: TestDeps, cluster: ClusterDocument): Promise<void> {
  const { id, name, project, generation } = cluster;
  await putRosterEntry(deps, { cluster: id, name, project, generation });
}

/** A beat that is stored already, as lib/agents/beat-log.ts packs it. */
export async function beats(
  deps: Pick<TestDeps, 'store' | 'clock'>,
  given: {
    readonly atMs: EpochMs;
    readonly seq: number;
    readonly clusters: readonly string[];
    readonly instance?: string;
  },
): Promise<void> {
  const { atMs, seq, clusters, instance = 'agent' } = given;
  const roster = await readRoster(deps, 0);
  const numbers = clusters.flatMap((cluster) => {
    const seat = roster.get(cluster)?.seat;
    return seat === undefined ? [] : [seat, 0, 1, processOf(instance), seq];
  });
  const document = {
    id: `beats-${atMs}-test-${seq}`,
    type: 'beats',
    ttl: 1800,
    fromMs: atMs,
    beats: packNumbers(numbers),
  };
  await deps.store.upsert(shardAddress(0), document);
}
