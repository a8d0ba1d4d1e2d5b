/**
 * A pass that died of a bug until its message was dead-lettered. That is shown as a failed condition, and the cluster
 * is tried again slowly: a dead letter never ends anything.
 */
import { summarise } from '../clusters/directory.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { CONDITION_TITLES, type Condition, type ConditionType } from '../domain/conditions.ts';
import { asClusterId } from '../domain/ids.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { ReconcileMessage } from '../queue/port.ts';
import { slowMs } from './backoff.ts';
import type { PassDeps } from './engine.ts';
import { clusterAddress, eventOperations } from './event-log.ts';
import { publishOutbox } from './lifecycle.ts';

const TRIES = 5;
const MESSAGE =
  'Slipway itself failed while it worked on this cluster; nothing is lost and it tries again by itself.';

/** Throws when the store or broker is out of reach: the dead letter stays and is delivered again. */
export async function buryMessage(deps: PassDeps, message: ReconcileMessage): Promise<void> {
  const id = asClusterId(message.clusterId);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await deps.store.read<ClusterDocument>(clusterAddress(id), id);
    if (!stored || message.wake < stored.document.wake) return;
    const nowMs = deps.clock.now();
    const attempts = (stored.document.crash?.attempts ?? 0) + 1;
    const nextMs = nowMs + deps.pacing.wall(slowMs(attempts, deps.chance));
    const { document, operations } = eventOperations(
      crashed(stored.document, { attempts, now: toInstant(nowMs), nextAttemptAt: toInstant(nextMs) }),
      [
        {
          severity: 'Warning',
          signal: 'persistent',
          reason: 'PassCrashed',
          message: MESSAGE,
          task: 'reconcile',
        },
      ],
      nowMs,
    );
    const written = await deps.store.batch(clusterAddress(id), [
      { op: 'replace', document, etag: stored.etag },
      ...operations,
    ]);
    if (written.kind !== 'written') continue;
    await summarise(deps, document);
    await publishOutbox(deps, document);
    // Last, as after every commit (rule 5); when it is not reached, the sweep sends it.
    await deps.queue.sendReconcile(
      { clusterId: id, reason: 'after a crash', wake: document.wake },
      { notBefore: nextMs },
    );
    return;
  }
  throw new Error('Dead letter could not be recorded: the document kept changing');
}

interface Crash {
  readonly attempts: number;
  readonly now: Instant;
  readonly nextAttemptAt: Instant;
}

function crashed({ outbox: _told, ...before }: ClusterDocument, crash: Crash): ClusterDocument {
  const { attempts, now, nextAttemptAt } = crash;
  const type = underWay(before);
  const former = before.conditions.find((condition) => condition.type === type);
  const wake = before.wake + 1;
  return {
    ...before,
    revision: before.revision + 1,
    wake,
    nextAttemptAt,
    updatedAt: now,
    crash: { attempts, at: now },
    conditions: [
      ...before.conditions.filter((condition) => condition !== former),
      crashCondition(type, former, { ...crash, observedGeneration: before.observedGeneration }),
    ],
    ...(former?.status === 'Failed' ? {} : { outbox: { wake, at: now, conditions: [type] } }),
  };
}

/** The milestone that was under way carries the failure; the next pass that ends well folds the truth again. */
function crashCondition(
  type: ConditionType,
  former: Condition | undefined,
  crash: Crash & Pick<Condition, 'observedGeneration'>,
): Condition {
  return {
    type,
    title: CONDITION_TITLES[type],
    status: 'Failed',
    reason: 'PassCrashed',
    message: MESSAGE,
    attempts: crash.attempts,
    nextAttemptAt: crash.nextAttemptAt,
    lastTransitionAt: former?.status === 'Failed' ? former.lastTransitionAt : crash.now,
    observedGeneration: crash.observedGeneration,
  };
}

function underWay(before: ClusterDocument): ConditionType {
  if (before.deletedAt !== undefined) return 'DeletingInfrastructure';
  const open = before.conditions.find((condition) => condition.status !== 'Succeeded');
  return open?.type ?? 'CreatingInfrastructure';
}
