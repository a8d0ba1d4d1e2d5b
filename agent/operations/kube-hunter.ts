/** kube-hunter: weaknesses as an intruder in a pod would find them. */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { jsonIn } from './kube-bench.ts';

const MAX_TEXT = 400;
const MAX_FINDINGS = 200;

const Text = z.string().catch('');
const Report = z.object({
  vulnerabilities: z
    .array(
      z.object({
        vid: Text,
        category: Text,
        severity: Text,
        vulnerability: Text,
        description: Text,
        location: Text,
      }),
    )
    .catch([]),
  services: z.array(z.unknown()).catch([]),
});

export function readKubeHunter(log: string): JsonObject | undefined {
  const report = Report.safeParse(jsonIn(log));
  if (!report.success) return undefined;
  const { vulnerabilities, services } = report.data;
  const findings = vulnerabilities.slice(0, MAX_FINDINGS).map((found) => ({
    id: found.vid,
    severity: found.severity,
    category: found.category,
    name: found.vulnerability,
    description: found.description.slice(0, MAX_TEXT),
    location: found.location,
  }));
  const count = (severity: string) => vulnerabilities.filter((found) => found.severity === severity).length;
  return {
    findings,
    totals: { high: count('high'), medium: count('medium'), low: count('low') },
    services: services.length,
  };
}
