/**
 * The reasons of a verdict: every code, the factor that it belongs to and the words that people read. The same problem
 * always has the same words, so that it is told once; docs/runbooks.md explains each code.
 */
import type { HealthFactor, HealthReason, Metric } from '../domain/health.ts';
import type { Instant } from '../domain/time.ts';

export const REASONS = {
  HEARTBEAT_AWAITED: { factor: 'heartbeat', event: 'HeartbeatAwaited' },
  HEARTBEAT_NEVER: { factor: 'heartbeat', event: 'HeartbeatNever' },
  HEARTBEAT_MISSING: { factor: 'heartbeat', event: 'HeartbeatMissing' },
  MASS_SILENCE: { factor: 'heartbeat', event: 'MassSilence' },
  NODES_UNREPORTED: { factor: 'nodeConditions', event: 'NodesUnreported' },
  NODE_NOT_READY: { factor: 'nodeConditions', event: 'NodeNotReady' },
  NETWORK_UNAVAILABLE: { factor: 'nodeConditions', event: 'NetworkUnavailable' },
  DISK_PRESSURE: { factor: 'nodeConditions', event: 'DiskPressure' },
  MEMORY_PRESSURE: { factor: 'nodeConditions', event: 'MemoryPressure' },
  PID_PRESSURE: { factor: 'nodeConditions', event: 'PidPressure' },
  NODE_CONDITION: { factor: 'nodeConditions', event: 'NodeCondition' },
  CPU_HIGH: { factor: 'metrics', event: 'CpuHigh' },
  MEMORY_HIGH: { factor: 'metrics', event: 'MemoryHigh' },
  DISK_HIGH: { factor: 'metrics', event: 'DiskHigh' },
} as const satisfies Record<string, { readonly factor: HealthFactor; readonly event: string }>;

export type ReasonCode = keyof typeof REASONS;

export interface CodedReason extends HealthReason {
  readonly code: ReasonCode;
}

interface About {
  readonly since: Instant;
  readonly message: string;
  readonly node?: string;
}

export function reason(code: ReasonCode, about: About): CodedReason {
  return { factor: REASONS[code].factor, code, ...about };
}

/** A67: what people have to know when a cluster is silent. */
export function heartbeatMissing(since: Instant, lastSeenAt: Instant): CodedReason {
  const message =
    `The agent was last heard of at ${lastSeenAt}. Most often the cluster's machines are down, its network cannot reach ` +
    'Slipway any more (firewall, proxy, DNS), or the agent was stopped or removed.';
  return reason('HEARTBEAT_MISSING', { since, message });
}

export function heartbeatNever(since: Instant): CodedReason {
  const message =
    'The agent has never been heard of. Most often its image cannot be pulled, or the cluster cannot reach Slipway ' +
    '(firewall, proxy, DNS).';
  return reason('HEARTBEAT_NEVER', { since, message });
}

export function massSilence(since: Instant, lastSeenAt: Instant): CodedReason {
  const message =
    `The agent was last heard of at ${lastSeenAt}, and many other clusters fell silent together with it: most likely ` +
    'the way to Slipway is broken, not the cluster.';
  return reason('MASS_SILENCE', { since, message });
}

export function heartbeatAwaited(since: Instant): CodedReason {
  return reason('HEARTBEAT_AWAITED', { since, message: 'The agent has not been heard of yet.' });
}

export function nodesUnreported(since: Instant): CodedReason {
  return reason('NODES_UNREPORTED', { since, message: 'The agent has not reported any nodes yet.' });
}

const METRIC_CODES = {
  cpu: 'CPU_HIGH',
  memory: 'MEMORY_HIGH',
  disk: 'DISK_HIGH',
} as const satisfies Record<Metric, ReasonCode>;

const METRIC_NAMES = { cpu: 'CPU', memory: 'Memory', disk: 'Disk' } as const satisfies Record<Metric, string>;

export function metricHigh(metric: Metric, node: string, since: Instant): CodedReason {
  const message = `${METRIC_NAMES[metric]} use of node ${node} has stayed above its threshold for the whole window.`;
  return reason(METRIC_CODES[metric], { since, message, node });
}

/** Nodes that one code names; a document must not grow with the cluster. Our choice: more than anyone reads. */
const NAMED_NODES = 20;

/** Sorted, and bounded: of a problem that many nodes share, the rest is one reason without a node. */
export function listed(reasons: readonly CodedReason[]): readonly CodedReason[] {
  const sorted = reasons.toSorted(
    (a, b) => a.code.localeCompare(b.code) || (a.node ?? '').localeCompare(b.node ?? ''),
  );
  const byCode = Map.groupBy(sorted, ({ code }) => code);
  return [...byCode].flatMap(([code, same]) => {
    if (same.length <= NAMED_NODES) return same;
    const rest = same.slice(NAMED_NODES);
    const since = rest.map((one) => one.since).sort()[0] ?? '';
    const message = 'More nodes have the same problem; the list of nodes shows them all.';
    return [...same.slice(0, NAMED_NODES), reason(code, { since, message })];
  });
}
