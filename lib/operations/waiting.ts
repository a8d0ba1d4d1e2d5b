/** Why operations wait: agents take up what is new within seconds, so one that they do not is worth a word. */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { readHealth } from '../health/document.ts';
import type { OperationDocument } from './document.ts';
import { readOperations } from './store.ts';
import { waitsFor } from './turns.ts';

/** `undefined`: the agent is there, and will take it up. */
export async function waitingNote(
  deps: Pick<Deps, 'store'>,
  cluster: ClusterId,
): Promise<string | undefined> {
  const stored = await readHealth(deps, cluster);
  if (!stored) return 'No agent of this cluster has reported yet.';
  const { factors, reasons } = stored.document.health;
  if (factors.heartbeat.status === 'Healthy') return undefined;
  return reasons.find(({ factor }) => factor === 'heartbeat')?.message ?? 'The agent is silent.';
}

/** By operation, for those that are pending: whose turn it is, else what is wrong with the agent, else what is stored. */
export async function waitingMessages(
  deps: Pick<Deps, 'store'>,
  cluster: ClusterId,
  pending: readonly OperationDocument[],
): Promise<ReadonlyMap<string, string>> {
  const [{ document }, note] = await Promise.all([readOperations(deps, cluster), waitingNote(deps, cluster)]);
  return new Map(
    pending.map(({ operation, message }) => {
      const other = waitsFor(document.active, operation);
      if (other !== undefined) return [operation, `Waits for ${other} to end: patching runs alone.`];
      return [operation, note === undefined ? message : `${message} ${note}`];
    }),
  );
}
