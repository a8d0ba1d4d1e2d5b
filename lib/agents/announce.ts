/** Tells the agent of a cluster, by the revision that its next beat is answered with, that the spec has changed. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { raiseGeneration } from './roster.ts';

/** May be repeated. The step that installs agents sees to it too, should this never run. */
export async function announceGeneration(
  deps: Pick<Deps, 'config' | 'store' | 'clock'>,
  { id, generation, deletedAt }: Pick<ClusterDocument, 'id' | 'generation' | 'deletedAt'>,
): Promise<void> {
  if (deps.config.agents.publicUrl === '' || deletedAt !== undefined) return;
  await raiseGeneration(deps, id, generation);
}
