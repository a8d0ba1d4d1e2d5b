/**
 * How well a cluster is: one verdict from three factors, each with reasons of its own. `Unknown` is a verdict of its own:
 * nobody reports, so nothing may be claimed.
 */
import type { Instant } from './time.ts';

export type HealthStatus = 'Healthy' | 'Unhealthy' | 'Unknown';

/** Until an agent has reported, there is nothing to judge. */
export const UNREPORTED: HealthStatus = 'Unknown';

export const HEALTH_FACTORS = ['heartbeat', 'nodeConditions', 'metrics'] as const;
export type HealthFactor = (typeof HEALTH_FACTORS)[number];

export interface HealthReason {
  readonly factor: HealthFactor;
  /** `HEARTBEAT_MISSING`, `NODE_NOT_READY`, `CPU_HIGH`: lib/health names them all. */
  readonly code: string;
  /** For people; the same problem always has the same words. */
  readonly message: string;
  readonly node?: string;
  readonly since: Instant;
}

export interface FactorVerdict {
  readonly status: HealthStatus;
  readonly since: Instant;
}

export interface Health {
  readonly status: HealthStatus;
  readonly since: Instant;
  readonly reasons: readonly HealthReason[];
  readonly factors: Readonly<Record<HealthFactor, FactorVerdict>>;
}

export const METRICS = ['cpu', 'memory', 'disk'] as const;
export type Metric = (typeof METRICS)[number];

export interface MetricThreshold {
  /** Above it is too much; more than 0, at most 100. */
  readonly percent: number;
  /** Milliseconds for which every sample has to be above it. */
  readonly windowMs: number;
}

/** Of a cluster, over those of its project, over ours. */
export interface HealthThresholds {
  /** Silence for so long is a problem, milliseconds. */
  readonly unhealthyAfterMs: number;
  readonly metrics: Readonly<Record<Metric, MetricThreshold>>;
}
