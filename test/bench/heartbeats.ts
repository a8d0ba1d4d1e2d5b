/**
 * B4: what a heartbeat costs. In two parts, because they grow with different things: what all clusters share (the log of
 * beats, the roster) goes by how many there are, what each has for itself (what it reports, health, usage and its coarser
 * levels) by time. A steady beat costs the sum. And how much of a processor a beat takes.
 */
import { aNodeReport, aSample, GIB, someAmounts } from '../builders/reports.ts';
import { type BeatingAgent, BeatingFleet, type Says } from './beating-fleet.ts';
import { type Finding, finding, type Report } from './report.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NODES = 20;
/** The promise: request units of a steady beat. */
const PROMISED_UNITS = 1;
/** Beats through the route in a second of one core. */
const GOAL_RATE = 5_000;

export interface Cost {
  readonly beats: number;
  readonly unitsPerBeat: number;
  /** By container and operation, a beat. */
  readonly by: Readonly<Record<string, number>>;
  /** Of processor time, garbage collection and the making of requests included. */
  readonly microsecondsPerBeat: number;
}

/** Beats that say nothing but life, of so many clusters. */
export async function sharedCost(clusters: number, ms: number): Promise<Cost> {
  const fleet = await BeatingFleet.open(clusters);
  await fleet.run(MINUTE_MS);
  return measured(fleet, ms, () => ({}));
}

/** Of what each cluster reports, over a time in which all levels of usage are made. What is shared is left out. */
export async function ownCost(clusters: number, ms: number): Promise<Cost> {
  const fleet = await BeatingFleet.open(clusters);
  await fleet.run(HOUR_MS, reports);
  const cost = await measured(fleet, ms, reports);
  const own = Object.entries(cost.by).filter(([key]) => !key.startsWith('liveness.'));
  return {
    ...cost,
    by: Object.fromEntries(own),
    unitsPerBeat: own.reduce((sum, [, units]) => sum + units, 0),
  };
}

async function measured(fleet: BeatingFleet, ms: number, says: Says): Promise<Cost> {
  fleet.deps.store.resetRequestUnits();
  const before = fleet.sent;
  const startedAt = process.cpuUsage();
  await fleet.run(ms, says);
  const { user, system } = process.cpuUsage(startedAt);
  const beats = fleet.sent - before;
  const { requestUnits, by } = fleet.deps.store.requestUnits();
  return {
    beats,
    unitsPerBeat: requestUnits / beats,
    by: Object.fromEntries(Object.entries(by).map(([key, charged]) => [key, charged.requestUnits / beats])),
    microsecondsPerBeat: (user + system) / beats,
  };
}

/** As the agent does it: samples every 15 minutes, everything once an hour although nothing changed. */
const reports: Says = (agent, beat, nowMs) => ({
  ...(beat % 60 === 0 ? { nodes: nodesOf(), services: SERVICES, packs: [] } : {}),
  ...(beat % 15 === 14 ? { samples: samplesOf(agent, beat, nowMs) } : {}),
});

const CONDITIONS = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable', 'Ready'].map(
  (type) => ({
    type,
    status: type === 'Ready' ? ('True' as const) : ('False' as const),
    reason: `KubeletHas${type}`,
    message: `kubelet has a word to say about ${type}`,
    lastTransitionAt: '2026-11-20T11:00:00.000Z',
  }),
);
const SERVICES = ['web', 'api', 'grafana'].map((name, index) => ({
  namespace: 'shop',
  name,
  type: 'LoadBalancer',
  ports: [{ port: 443, nodePort: 30_000 + index, protocol: 'TCP' }],
  ingress: [`20.50.1.${index + 1}`],
}));

const nameOf = (node: number) => `aks-work-12345678-vmss0000${String(node).padStart(2, '0')}`;

function nodesOf() {
  return Array.from({ length: NODES }, (_, node) => aNodeReport(nameOf(node), { conditions: CONDITIONS }));
}

/** Loads that wander around a mean of their own; what they do from minute to minute has no order that packing could use. */
function samplesOf(agent: BeatingAgent, beat: number, nowMs: number) {
  return Array.from({ length: 15 }, (_, index) => {
    const minute = beat - 14 + index;
    const used = Array.from({ length: NODES }, (_none, node) => {
      const slow = Math.sin((minute + node * 17) / 40);
      const cpuMilli = 900 + 300 * slow + 300 * noise(agent.phaseMs + node * 7.13 + minute * 1.7);
      const memoryBytes = (5 + slow / 4 + noise(agent.phaseMs + node * 3.31 + minute * 2.9) / 16) * GIB;
      return [nameOf(node), someAmounts(Math.round(cpuMilli), memoryBytes)] as const;
    });
    return aSample(nowMs - (14 - index) * MINUTE_MS, Object.fromEntries(used));
  });
}

/** Pure, in [0, 1). */
function noise(seed: number): number {
  const value = Math.sin(seed * 12.9898) * 43_758.5453;
  return value - Math.floor(value);
}

export async function benchHeartbeats(clusters: readonly number[]): Promise<readonly Report[]> {
  const own = await ownCost(5, 24 * HOUR_MS);
  const reports: Report[] = [];
  for (const count of clusters) {
    const shared = await sharedCost(count, 5 * MINUTE_MS);
    reports.push(reportOf(count, shared, own));
  }
  return reports;
}

function reportOf(clusters: number, shared: Cost, own: Cost): Report {
  const all = shared.unitsPerBeat + own.unitsPerBeat;
  const findings: Finding[] = [
    finding('a steady beat', 'RU', [all], {
      floor: floorOf(),
      target: { atMost: PROMISED_UNITS, required: true },
    }),
    finding('of it shared: log and roster', 'RU', [shared.unitsPerBeat]),
    finding('of it own: reports, health, usage', 'RU', [own.unitsPerBeat]),
    finding('processor time of a beat', 'us', [shared.microsecondsPerBeat], {
      target: { atMost: 1e6 / GOAL_RATE, required: false },
    }),
  ];
  const parts = Object.entries({ ...shared.by, ...own.by }).sort(([, a], [, b]) => b - a);
  return {
    title: `Heartbeats of ${clusters} clusters with ${NODES} nodes, one a minute, a report every 15 minutes`,
    findings,
    notes: [
      `${Math.round(1e6 / shared.microsecondsPerBeat)} beats through the route in a second of one core`,
      `units a beat: ${parts.map(([key, units]) => `${key} ${units.toFixed(3)}`).join(', ')}`,
    ],
  };
}

/** One insert of the least size for each report: what was measured has to be stored. */
function floorOf(): number {
  return 5 / 15;
}
