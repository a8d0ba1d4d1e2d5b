/** Thresholds of one cluster's own, set as a whole by a person; none at all goes back to those of the project. */
import { isDeepStrictEqual } from 'node:util';
import { raiseOperations } from '../agents/roster.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { accept, notFound, type Outcome, refuse } from '../domain/refusal.ts';
import type { NewEvent } from '../reconcile/event-log.ts';
import { changeHealth, type HealthDeps } from './change.ts';
import { type HealthDocument, readHealth } from './document.ts';
import type { ThresholdSettings } from './threshold-settings.ts';

export interface ThresholdsSet {
  readonly settings: ThresholdSettings;
  readonly generation: number;
  readonly generationBefore: number;
}

const CHANGED: NewEvent = {
  severity: 'Normal',
  signal: 'transient',
  reason: 'ThresholdsChanged',
  message: 'Asked for other health thresholds.',
  task: 'api',
  closes: true,
};

export async function setThresholds(
  deps: HealthDeps,
  { document, ifGeneration }: { readonly document: ClusterDocument; readonly ifGeneration?: number },
  settings: ThresholdSettings,
): Promise<Outcome<ThresholdsSet>> {
  const stored = await readHealth(deps, document.id);
  const known = thresholdsIn(stored?.document);
  if (ifGeneration !== undefined && ifGeneration !== known.generation) {
    return refuse({ kind: 'stale', generation: known.generation });
  }
  let generationBefore = known.generation;
  const outcome = await changeHealth(deps, {
    cluster: document.id,
    events: [CHANGED],
    decide(before) {
      const { generation, settings: current } = thresholdsIn(before);
      generationBefore = generation;
      if (isDeepStrictEqual(current, settings)) return before;
      return { ...before, thresholds: { settings, generation: generation + 1 } };
    },
  });
  if (outcome.kind === 'absent') return notFound('cluster', document.name);
  // The agent reports sooner when a threshold is crossed, so it has to know them.
  if (outcome.kind === 'changed') await raiseOperations(deps, document.id);
  const { generation } = thresholdsIn(outcome.document);
  return accept({ settings, generation, generationBefore });
}

/** Generation 0: nobody has set any. */
export function thresholdsIn(
  health: Pick<HealthDocument, 'thresholds'> | undefined,
): NonNullable<HealthDocument['thresholds']> {
  return health?.thresholds ?? { settings: {}, generation: 0 };
}
