/** What an agent is to carry out: nothing, unless a test says so. */
import type { Definition } from '../../lib/domain/agent.ts';

export function anAgentDefinition(more: Partial<Definition> = {}): Definition {
  return {
    cluster: '6f1b0f9e-5a46-4c3e-9a53-0a0c3b1f7d10',
    generation: 1,
    revision: '1.0',
    kubernetesVersion: '1.33.2',
    thresholds: {
      unhealthyAfterMs: 600_000,
      metrics: {
        cpu: { percent: 80, windowMs: 900_000 },
        memory: { percent: 80, windowMs: 900_000 },
        disk: { percent: 80, windowMs: 900_000 },
      },
    },
    beatAfterMs: 60_000,
    reportEveryMs: 900_000,
    packs: [],
    operations: [],
    ...more,
  };
}
