/** Why an operation waits: agents take up what is new within seconds, so one that does not is worth a word. */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { readHealth } from '../health/document.ts';

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
