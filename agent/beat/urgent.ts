/**
 * Whether a sample is worth a report of its own: a node just went above a threshold, or came back below it. The verdict
 * is the control plane's; the agent only sees to it that it need not wait for the figures.
 */
import type { Amounts, UsageSample } from '../../lib/domain/agent.ts';
import { type HealthThresholds, METRICS, type Metric } from '../../lib/domain/health.ts';

const VALUE = {
  cpu: ({ cpuMilli }: Amounts) => cpuMilli,
  memory: ({ memoryBytes }: Amounts) => memoryBytes,
  disk: ({ diskBytes }: Amounts) => diskBytes,
} as const satisfies Record<Metric, (amounts: Amounts) => number | undefined>;

/** `node/metric` of everything that is above its threshold. `capacity` by node name. */
export function breaches(
  sample: UsageSample,
  capacity: ReadonlyMap<string, Amounts>,
  thresholds: HealthThresholds,
): ReadonlySet<string> {
  const above = Object.entries(sample.nodes).flatMap(([node, used]) => {
    const whole = capacity.get(node);
    if (whole === undefined) return [];
    return METRICS.filter((metric) => {
      const [part, all] = [VALUE[metric](used), VALUE[metric](whole)];
      return (
        part !== undefined &&
        all !== undefined &&
        all > 0 &&
        (part / all) * 100 > thresholds.metrics[metric].percent
      );
    }).map((metric) => `${node}/${metric}`);
  });
  return new Set(above);
}

export function crossed(before: ReadonlySet<string>, now: ReadonlySet<string>): boolean {
  return before.size !== now.size || [...now].some((breach) => !before.has(breach));
}
