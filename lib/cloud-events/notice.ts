/** Writes what a cloud announced about a machine into its cluster, and wakes the cluster: its pool acts on it at once. */
import type { ClusterDocument, MachineNotice } from '../domain/cluster.ts';
import { asClusterId } from '../domain/ids.ts';
import { toEpochMs } from '../domain/time.ts';
import { changeCluster, type Decision } from '../reconcile/change.ts';
import type { PassDeps } from '../reconcile/engine.ts';
import type { NewEvent } from '../reconcile/event-log.ts';

export interface MachineAnnouncement {
  readonly machineId: string;
  readonly clusterUid: string;
  readonly notice: MachineNotice;
}

/** Oldest notices go first: a cluster of thousands of spot machines must not outgrow its document. */
const MAX_NOTICES = 200;

type Announced = Exclude<MachineNotice['kind'], 'state-change'>;

const SEVERITY = {
  interruption: 'Warning',
  rebalance: 'Normal',
  maintenance: 'Warning',
} as const satisfies Record<Announced, 'Normal' | 'Warning'>;

const REASON = {
  interruption: 'InterruptionAnnounced',
  rebalance: 'RebalanceRecommended',
  maintenance: 'MaintenanceScheduled',
} as const satisfies Record<Announced, string>;

/** Whether the message is done with: a cluster that is gone has no use for it. */
export async function takeNotice(deps: PassDeps, said: MachineAnnouncement): Promise<boolean> {
  const outcome = await changeCluster(deps, {
    id: asClusterId(said.clusterUid),
    reason: said.notice.kind,
    decide: (document) => decide(document, said),
  });
  return outcome.kind !== 'contended';
}

function decide(document: ClusterDocument, { machineId, notice }: MachineAnnouncement): Decision<never> {
  const known = document.notices?.[machineId];
  if (known !== undefined && !tellsMore(notice, known)) return { kind: 'unchanged' };
  return {
    kind: 'change',
    // Steps that the machine belongs to want something else from now on, and look; the others are left alone.
    document: { ...document, notices: withNotice(document, machineId, notice) },
    specChanged: false,
    // A machine that ends wakes its cluster; what that means, its pool says.
    events: notice.kind === 'state-change' ? [] : [eventOf(machineId, { ...notice, kind: notice.kind })],
  };
}

function eventOf(machineId: string, { kind, message }: { kind: Announced; message: string }): NewEvent {
  return {
    severity: SEVERITY[kind],
    signal: 'infrastructure',
    reason: REASON[kind],
    message: `${machineId}: ${message}`,
    task: 'cloud-events',
  };
}

/** What a machine's end is about counts more than what might come, and messages come twice and out of order. */
const WEIGHT = { 'state-change': 3, interruption: 2, maintenance: 1, rebalance: 0 } as const;

function tellsMore(notice: MachineNotice, known: MachineNotice): boolean {
  if (notice.kind === known.kind) return notice.message !== known.message && isLater(notice, known);
  return WEIGHT[notice.kind] > WEIGHT[known.kind];
}

function isLater(a: MachineNotice, b: MachineNotice): boolean {
  return toEpochMs(a.at) > toEpochMs(b.at);
}

function withNotice(document: ClusterDocument, machineId: string, notice: MachineNotice) {
  const all = Object.entries({ ...document.notices, [machineId]: notice });
  const newest = all.toSorted(([, a], [, b]) => toEpochMs(b.at) - toEpochMs(a.at));
  return Object.fromEntries(newest.slice(0, MAX_NOTICES));
}
