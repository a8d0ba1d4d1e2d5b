/** What the agent is told by its environment; the manifest that installs it sets it. */
import { z } from 'zod';

const SETTINGS = z.object({
  /** Where the control plane is: `https://slipway.example.com`. Plain HTTP is for local mode. */
  SLIPWAY_URL: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  /** uid of the cluster. */
  SLIPWAY_CLUSTER: z.string().min(1),
  /** Namespace that the agent runs in. */
  SLIPWAY_NAMESPACE: z.string().min(1).optional(),
  /** Path of the helm program. */
  SLIPWAY_HELM: z.string().min(1).default('/usr/local/bin/helm'),
});

export type Settings = z.output<typeof SETTINGS>;

/** Throws with every problem at once. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = SETTINGS.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The agent cannot start. ${problems.join('; ')}`);
}
