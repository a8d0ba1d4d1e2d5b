/**
 * What is too long a silence and too much use: of a cluster, over those of its project, over ours. Kept as they were
 * sent (threshold-settings.ts), read as numbers here.
 */
import type { Config } from '../config.ts';
import type { Deps } from '../deps.ts';
import { formatDuration, parseDuration } from '../domain/duration.ts';
import { type Finding, warning } from '../domain/findings.ts';
import type { HealthThresholds, Metric, MetricThreshold } from '../domain/health.ts';
import type { ClusterId } from '../domain/ids.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { readSettings } from '../projects/settings.ts';
import { readHealth } from './document.ts';
import type { ThresholdSettings } from './threshold-settings.ts';

/** Silence: Palette's number. Metrics: our choice; the kubelet starts to clean up disks at 85 % and evicts at 90. */
const DEFAULTS: HealthThresholds = {
  unhealthyAfterMs: 10 * MINUTE_MS,
  metrics: {
    cpu: { percent: 90, windowMs: 10 * MINUTE_MS },
    memory: { percent: 90, windowMs: 10 * MINUTE_MS },
    disk: { percent: 85, windowMs: 10 * MINUTE_MS },
  },
};

/** Fewer beats missed than this are bad luck, not silence. Our choice; a shorter threshold is raised to it. */
const MISSED_BEATS = 4;

/** The shortest silence that this deployment ever calls one, milliseconds. */
export function shortestSilenceMs({ agents }: Pick<Config, 'agents'>): number {
  return MISSED_BEATS * agents.beatMs;
}

/** A threshold that is shorter is accepted, and said to be raised. */
export function tooShort(
  config: Pick<Config, 'agents'>,
  { heartbeat }: ThresholdSettings,
): readonly Finding[] {
  const shortestMs = shortestSilenceMs(config);
  if (heartbeat === undefined || durationMs(heartbeat.unhealthyAfter) >= shortestMs) return [];
  const words = `Agents beat every ${formatDuration(config.agents.beatMs)} here, so less than ${formatDuration(shortestMs)} is no silence.`;
  return [warning('THRESHOLD_RAISED', '/heartbeat/unhealthyAfter', words)];
}

/** Reads both. Who holds one of them already uses `layThresholds`. */
export async function thresholdsOf(
  deps: Pick<Deps, 'store' | 'config'>,
  cluster: { readonly id: ClusterId; readonly project: string },
): Promise<HealthThresholds> {
  const [settings, health] = await Promise.all([
    readSettings(deps, cluster.project),
    readHealth(deps, cluster.id),
  ]);
  const ofProject = settings?.document.settings.healthThresholds;
  return layThresholds(deps.config, ofProject, health?.document.thresholds?.settings);
}

/** Later ones lie over earlier ones. */
export function layThresholds(
  config: Pick<Config, 'agents'>,
  ...layers: readonly (ThresholdSettings | undefined)[]
): HealthThresholds {
  const { unhealthyAfterMs, metrics } = layers.reduce<HealthThresholds>(
    (below, layer) => (layer === undefined ? below : laid(below, layer)),
    DEFAULTS,
  );
  return { unhealthyAfterMs: Math.max(unhealthyAfterMs, shortestSilenceMs(config)), metrics };
}

function laid(below: HealthThresholds, { heartbeat, metrics = {} }: ThresholdSettings): HealthThresholds {
  const metric = (name: Metric): MetricThreshold => {
    const own = metrics[name];
    return own ? { percent: own.percent, windowMs: durationMs(own.window) } : below.metrics[name];
  };
  return {
    unhealthyAfterMs: heartbeat ? durationMs(heartbeat.unhealthyAfter) : below.unhealthyAfterMs,
    metrics: { cpu: metric('cpu'), memory: metric('memory'), disk: metric('disk') },
  };
}

/** What was stored was checked when it came. */
function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new RangeError(`«${text}» was stored as a duration`);
  return ms;
}

/** As they are sent, none absent. */
export function renderThresholds({ unhealthyAfterMs, metrics }: HealthThresholds) {
  const metric = ({ percent, windowMs }: MetricThreshold) => ({ percent, window: formatDuration(windowMs) });
  return {
    heartbeat: { unhealthyAfter: formatDuration(unhealthyAfterMs) },
    metrics: { cpu: metric(metrics.cpu), memory: metric(metrics.memory), disk: metric(metrics.disk) },
  };
}
