/** What an agent has to carry out: the cluster as it ought to be, and what it is asked to do. Read, never stored. */
import type { Deps } from '../deps.ts';
import type { Definition } from '../domain/agent.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { thresholdsOf } from '../health/thresholds.ts';
import { pendingOperations } from '../operations/pending.ts';
import { definedPacks } from './packs.ts';
import type { RosterEntry } from './port.ts';
import { parseRevision } from './roster.ts';

/**
 * `entry`: read before the document and the operations, so that a change in between comes under the old revision and is
 * fetched again, and none is missed.
 */
export async function definitionOf(
  deps: Pick<Deps, 'store' | 'config'>,
  document: ClusterDocument,
  { revision }: Pick<RosterEntry, 'revision'>,
): Promise<Definition> {
  const [thresholds, operations] = await Promise.all([
    thresholdsOf(deps, document),
    pendingOperations(deps, document.id),
  ]);
  const kubernetes = document.profile.layers.find(({ layer }) => layer === 'kubernetes');
  return {
    cluster: document.id,
    // What came since the revision is in it already; the agent says that it carried it out under the next one.
    generation: Math.min(document.generation, parseRevision(revision).generation),
    revision,
    kubernetesVersion: document.kubernetesVersion ?? kubernetes?.version ?? '',
    thresholds,
    beatAfterMs: deps.config.agents.beatMs,
    reportEveryMs: deps.config.agents.reportMs,
    packs: definedPacks(document),
    operations,
  };
}
