/**
 * The verdict on a cluster: three factors, each with a status and reasons of its own, and one status over them. Pure;
 * docs/runbooks.md has the table of reasons. Times of a status are those of its last change.
 */
import {
  type FactorVerdict,
  HEALTH_FACTORS,
  type Health,
  type HealthFactor,
  type HealthStatus,
} from '../domain/health.ts';
import type { Instant } from '../domain/time.ts';
import { type NodesState, nodeReasons } from './conditions.ts';
import { type MetricsState, metricReasons } from './metrics.ts';
import { type CodedReason, heartbeatAwaited, nodesUnreported } from './reasons.ts';

/** What the sweep last said of the heartbeat; absent reason: it is heard. `awaited` until it said anything. */
export type HeartbeatState =
  | { readonly status: 'awaited' }
  | { readonly status: 'heard' }
  | { readonly status: 'silent'; readonly reason: CodedReason };

/** What each factor is judged by. */
export interface Evidence {
  readonly heartbeat: HeartbeatState;
  /** Absent: the agent reported none. An empty list proves as little. */
  readonly nodes?: NodesState;
  /** `undefined` until there are samples, and when they stopped coming. */
  readonly metrics?: MetricsState;
}

interface Finding {
  readonly status: HealthStatus;
  readonly reasons: readonly CodedReason[];
}

type Findings = Readonly<Record<HealthFactor, Finding>>;

/** `before`: keeps its times where nothing changed; the very same object when nothing did at all. */
export function evaluate(evidence: Evidence, before: Health | undefined, now: Instant): Health {
  const findings: Findings = {
    heartbeat: heartbeatFinding(evidence.heartbeat, now),
    nodeConditions: nodesFinding(evidence, now),
    metrics: metricsFinding(evidence),
  };
  const status = overall(findings);
  const reasons = HEALTH_FACTORS.flatMap((factor) => findings[factor].reasons).map((found) =>
    keepingTime(found, before),
  );
  const factors = {
    heartbeat: verdict('heartbeat', findings, before, now),
    nodeConditions: verdict('nodeConditions', findings, before, now),
    metrics: verdict('metrics', findings, before, now),
  };
  const next = { status, since: before?.status === status ? before.since : now, reasons, factors };
  return before && JSON.stringify(before) === JSON.stringify(next) ? before : next;
}

/**
 * A cluster that nobody hears from is judged by that alone: what was last known of it may not hold any more. Metrics that
 * are not collected are no reason to know nothing: the nodes speak for themselves.
 */
function overall({ heartbeat, nodeConditions, metrics }: Findings): HealthStatus {
  if (heartbeat.status !== 'Healthy') return heartbeat.status;
  if (nodeConditions.status === 'Unhealthy' || metrics.status === 'Unhealthy') return 'Unhealthy';
  return nodeConditions.status;
}

function heartbeatFinding(state: HeartbeatState, now: Instant): Finding {
  if (state.status === 'heard') return { status: 'Healthy', reasons: [] };
  if (state.status === 'awaited') return { status: 'Unknown', reasons: [heartbeatAwaited(now)] };
  const status = state.reason.code === 'MASS_SILENCE' ? 'Unknown' : 'Unhealthy';
  return { status, reasons: [state.reason] };
}

/** Until the first beat the one reason says it all. */
function nodesFinding({ heartbeat, nodes }: Evidence, now: Instant): Finding {
  if (nodes === undefined) {
    return { status: 'Unknown', reasons: heartbeat.status === 'heard' ? [nodesUnreported(now)] : [] };
  }
  return found(nodeReasons(nodes));
}

function metricsFinding({ metrics }: Evidence): Finding {
  return metrics === undefined ? { status: 'Unknown', reasons: [] } : found(metricReasons(metrics));
}

function found(reasons: readonly CodedReason[]): Finding {
  return { status: reasons.length > 0 ? 'Unhealthy' : 'Healthy', reasons };
}

function verdict(
  factor: HealthFactor,
  findings: Findings,
  before: Health | undefined,
  now: Instant,
): FactorVerdict {
  const known = before?.factors[factor];
  const { status } = findings[factor];
  return known?.status === status ? known : { status, since: now };
}

/** A reason that was there before keeps its time: those that are about an absence have none of their own. */
function keepingTime(reason: CodedReason, before: Health | undefined): CodedReason {
  const known = before?.reasons.find((other) => other.code === reason.code && other.node === reason.node);
  if (known === undefined || known.message !== reason.message) return reason;
  return reason.code === 'HEARTBEAT_AWAITED' || reason.code === 'NODES_UNREPORTED'
    ? { ...reason, since: known.since }
    : reason;
}
