/**
 * Asking for a cluster's deletion. The document stays until a pass has seen that nothing is left (protocol rule 9); from
 * here on only that pass changes it.
 */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Outcome } from '../domain/refusal.ts';
import { toInstant } from '../domain/time.ts';
import { changeCluster } from '../reconcile/change.ts';
import { unsettled } from '../reconcile/unsettle.ts';
import { type Changed, settle } from './changed.ts';

type ChangeDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'logger'>;

export interface ClusterCommand {
  readonly document: ClusterDocument;
  readonly ifGeneration?: number;
}

/** Repeating it changes nothing and is accepted all the same. */
export async function removeCluster(deps: ChangeDeps, command: ClusterCommand): Promise<Outcome<Changed>> {
  const { document, ifGeneration } = command;
  const outcome = await changeCluster<never>(deps, {
    id: document.id,
    ...(ifGeneration !== undefined && { ifGeneration }),
    reason: 'deletion-requested',
    decide: (current) =>
      current.deletedAt === undefined
        ? {
            kind: 'change',
            document: { ...current, deletedAt: toInstant(deps.clock.now()) },
            specChanged: true,
            events: [
              {
                severity: 'Normal',
                signal: 'transient',
                reason: 'DeletionRequested',
                message: 'The deletion of the cluster was asked for.',
                task: 'api',
              },
            ],
          }
        : { kind: 'unchanged' },
  });
  return settle(deps, document, outcome);
}

/** Try again now: no failure waits for its backoff. Accepted in every state. */
export async function reconcileNow(deps: ChangeDeps, command: ClusterCommand): Promise<Outcome<Changed>> {
  const { document, ifGeneration } = command;
  const outcome = await changeCluster<never>(deps, {
    id: document.id,
    ...(ifGeneration !== undefined && { ifGeneration }),
    reason: 'asked-to-reconcile',
    decide: (current) => ({
      kind: 'change',
      document: unsettled(current),
      specChanged: false,
      events: [
        {
          severity: 'Normal',
          signal: 'transient',
          reason: 'ReconcileRequested',
          message: 'A pass was asked for now.',
          task: 'api',
        },
      ],
    }),
  });
  return settle(deps, document, outcome);
}
