/**
 * Node conditions: which of them are problems, and since when they count. Pure. A problem with a grace is kept until the
 * grace is over, and ripens only as far as the agent confirmed it: a beat without a node list says «as before», and when
 * nobody speaks, nothing ripens.
 */
import type { NodeReport, ReportedCondition } from '../domain/agent.ts';
import { type EpochMs, MINUTE_MS, toEpochMs, toInstant } from '../domain/time.ts';
import { type CodedReason, listed, type ReasonCode, reason } from './reasons.ts';

/** How long a problem may last before it counts, milliseconds. Palette's numbers: kubelet, network, new node. */
const KUBELET_GRACE_MS = 10 * MINUTE_MS;
const NETWORK_GRACE_MS = 10 * MINUTE_MS;
const NEW_NODE_GRACE_MS = 30 * MINUTE_MS;

interface Polarity {
  readonly code: ReasonCode;
  /** Which statuses are bad. */
  readonly bad: readonly ReportedCondition['status'][];
  readonly graceMs: number;
  readonly says: (node: string) => string;
}

/**
 * A70. Pressure counts at once: the kubelet itself keeps it for five minutes after it is over (its
 * `eviction-pressure-transition-period`), and what is under it is about to evict.
 */
const POLARITIES: Readonly<Record<string, Polarity>> = {
  Ready: {
    code: 'NODE_NOT_READY',
    bad: ['False', 'Unknown'],
    graceMs: KUBELET_GRACE_MS,
    says: (node) => `Node ${node} is not ready.`,
  },
  NetworkUnavailable: {
    code: 'NETWORK_UNAVAILABLE',
    bad: ['True'],
    graceMs: NETWORK_GRACE_MS,
    says: (node) => `The network of node ${node} is not set up.`,
  },
  DiskPressure: pressure('DISK_PRESSURE', 'disk space'),
  MemoryPressure: pressure('MEMORY_PRESSURE', 'memory'),
  PIDPressure: pressure('PID_PRESSURE', 'process ids'),
};

function pressure(code: ReasonCode, what: string): Polarity {
  return { code, bad: ['True'], graceMs: 0, says: (node) => `Node ${node} runs out of ${what}.` };
}

/** Of a type that we do not know: a condition names a problem, unless we know better. */
function polarityOf(type: string): Polarity {
  const known = Object.hasOwn(POLARITIES, type) ? POLARITIES[type] : undefined;
  const says = (node: string) => `Node ${node} reports ${type}.`;
  return known ?? { code: 'NODE_CONDITION', bad: ['True'], graceMs: 0, says };
}

/** A condition that is bad. */
export interface Trouble {
  /** When we were first told. Our own clock: those of clusters prove nothing. */
  readonly sinceMs: EpochMs;
  /** Counts from then on, once confirmed; absent: it counts. */
  readonly dueMs?: EpochMs;
}

export interface NodesState {
  /** By node and condition type. */
  readonly troubles: Readonly<Record<string, Readonly<Record<string, Trouble>>>>;
  /** Nodes younger than the grace of new ones that have been ready: from then on they are like any other. */
  readonly wasReady: readonly string[];
}

export const NO_TROUBLES: NodesState = { troubles: {}, wasReady: [] };

export interface ReportTime {
  readonly receivedAtMs: EpochMs;
  /** By the agent's clock: only ages are taken from it. */
  readonly sentAtMs: EpochMs;
}

/** The state after a report with the whole list of nodes. What still lasts keeps the time at which it began. */
export function foldNodes(before: NodesState, nodes: readonly NodeReport[], at: ReportTime): NodesState {
  const young = nodes.filter((node) => ageMs(node, at) < NEW_NODE_GRACE_MS);
  const wasReady = young
    .filter((node) => before.wasReady.includes(node.name) || isReady(node))
    .map(({ name }) => name)
    .sort();
  const troubles = nodes
    .map((node) => [node.name, troublesOf(before, node, wasReady, at)] as const)
    .filter(([, found]) => Object.keys(found).length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return ripen({ troubles: Object.fromEntries(troubles), wasReady }, at.receivedAtMs);
}

function troublesOf(
  before: NodesState,
  node: NodeReport,
  wasReady: readonly string[],
  at: ReportTime,
): Readonly<Record<string, Trouble>> {
  const found: Record<string, Trouble> = {};
  for (const { type, status } of node.conditions) {
    const { bad, graceMs } = polarityOf(type);
    if (!bad.includes(status)) continue;
    const dueMs = Math.max(at.receivedAtMs + graceMs, startedByMs(node, type, wasReady, at));
    const known = ownTrouble(before, node.name, type);
    found[type] = known ?? { sinceMs: at.receivedAtMs, ...(dueMs > at.receivedAtMs && { dueMs }) };
  }
  return found;
}

/** Until when a new node may still be starting; 0 when it is not new, or is about something else. */
function startedByMs(node: NodeReport, type: string, wasReady: readonly string[], at: ReportTime): EpochMs {
  if (type !== 'Ready' || wasReady.includes(node.name)) return 0;
  return at.receivedAtMs + NEW_NODE_GRACE_MS - ageMs(node, at);
}

/** Never negative; a node that does not say when it was made is as old as any. */
function ageMs({ createdAt }: NodeReport, { sentAtMs }: ReportTime): number {
  return createdAt === undefined ? Number.POSITIVE_INFINITY : Math.max(0, sentAtMs - toEpochMs(createdAt));
}

function isReady({ conditions }: NodeReport): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function ownTrouble({ troubles }: NodesState, node: string, type: string): Trouble | undefined {
  const ofNode = Object.hasOwn(troubles, node) ? troubles[node] : undefined;
  return ofNode && Object.hasOwn(ofNode, type) ? ofNode[type] : undefined;
}

/** With everything counting whose grace was over when the agent last confirmed it. */
export function ripen(state: NodesState, confirmedMs: EpochMs): NodesState {
  if (!all(state).some(({ trouble }) => isRipe(trouble, confirmedMs))) return state;
  const troubles = Object.entries(state.troubles).map(([node, ofNode]) => {
    const ripened = Object.entries(ofNode).map(([type, trouble]) => [
      type,
      isRipe(trouble, confirmedMs) ? { sinceMs: trouble.sinceMs } : trouble,
    ]);
    return [node, Object.fromEntries(ripened)];
  });
  return { ...state, troubles: Object.fromEntries(troubles) };
}

/** Whether some node has a trouble of that type that it did not have before, ripe or not. */
export function hasNewTrouble(
  before: NodesState | undefined,
  after: NodesState | undefined,
  type: string,
): boolean {
  return Object.keys(after?.troubles ?? {}).some(
    (node) => after && ownTrouble(after, node, type) && !(before && ownTrouble(before, node, type)),
  );
}

function isRipe({ dueMs }: Trouble, confirmedMs: EpochMs): boolean {
  return dueMs !== undefined && dueMs <= confirmedMs;
}

/** When the next grace is over; absent when nothing waits. */
export function nextRipeMs(state: NodesState): EpochMs | undefined {
  const waiting = all(state).flatMap(({ trouble: { dueMs } }) => (dueMs === undefined ? [] : [dueMs]));
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

export function nodeReasons(state: NodesState): readonly CodedReason[] {
  const counting = all(state).filter(({ trouble }) => trouble.dueMs === undefined);
  return listed(
    counting.map(({ node, type, trouble }) => {
      const { code, says } = polarityOf(type);
      return reason(code, { since: toInstant(trouble.sinceMs), message: says(node), node });
    }),
  );
}

function all({ troubles }: NodesState) {
  return Object.entries(troubles).flatMap(([node, ofNode]) =>
    Object.entries(ofNode).map(([type, trouble]) => ({ node, type, trouble })),
  );
}
