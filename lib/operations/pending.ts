/** What a cluster's agent has to do: read for its definition, one point read whatever the history. */
import type { Deps } from '../deps.ts';
import type { DefinedOperation } from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';
import { readOperations } from './store.ts';

/** Oldest first; those that are to be stopped are among them until the agent has said that they are. */
export async function pendingOperations(
  deps: Pick<Deps, 'store'>,
  cluster: ClusterId,
): Promise<readonly DefinedOperation[]> {
  const { document } = await readOperations(deps, cluster);
  return document.active.map(({ id, spec, cancelled }) => ({ id, spec, cancelled }));
}
