/**
 * One look at a drain: list the node's pods, ask the eviction API for those that have to go, report what is left. It
 * never waits for a pod; the next pass looks again. Rules of who stays are those of `kubectl drain
 * --ignore-daemonsets --delete-emptydir-data`. Source: https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */
import pLimit from 'p-limit';
import { z } from 'zod';
import { type CloudError, ok, type Result } from '../domain/errors.ts';
import { type EpochMs, toEpochMs } from '../domain/time.ts';
import type { KubeClient } from './client.ts';
import { type BudgetsCovering, budgetLookup } from './disruption-budgets.ts';
import { isBudgetRefusal, type KubeError } from './errors.ts';
import type { DrainProgress } from './port.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
/** One look removes at most so many pods, so that a full node (250 pods) cannot hold a pass. Our choice. */
const MAX_REMOVALS = 64;
const PARALLEL = 4;
/**
 * A terminating pod this long past its own grace is not coming down: its kubelet is gone. Waiting for it would make
 * every drain of a dead machine time out. Wall milliseconds by the API server's clock. Our choice.
 */
const LOST_POD_MS = 60_000;
/** A forced removal cuts longer graces to this, in seconds: a spot machine has two minutes in all. */
const MAX_FORCED_GRACE_SECONDS = 60;

const Labels = z.record(z.string(), z.string()).default({});

const Pod = z.object({
  metadata: z.object({
    name: z.string().min(1).max(253),
    namespace: z.string().min(1).max(63),
    labels: Labels,
    annotations: Labels,
    ownerReferences: z.array(z.object({ kind: z.string(), controller: z.boolean().optional() })).default([]),
    deletionTimestamp: z.iso.datetime({ offset: true }).nullish(),
  }),
  spec: z.object({ terminationGracePeriodSeconds: z.number().int().nonnegative().optional() }).default({}),
  status: z.object({ phase: z.string().optional() }).default({}),
});
type Pod = z.output<typeof Pod>;

type Removal =
  | { readonly kind: 'gone' }
  | { readonly kind: 'going' }
  | { readonly kind: 'blocked'; readonly budgets: readonly string[] }
  | { readonly kind: 'failed'; readonly error: CloudError };

export async function drain(
  client: KubeClient,
  node: string,
  { force }: { readonly force: boolean },
): Promise<Result<DrainProgress>> {
  const query = { fieldSelector: `spec.nodeName=${node}` };
  const pods = await client.list({ operation: 'pods.list', path: '/api/v1/pods', query, item: Pod });
  if (!pods.ok) return pods;

  const leaving = pods.value.filter((pod) => mustLeave(pod) && !isLost(pod, pods.serverTime));
  const toRemove = leaving.filter((pod) => !pod.metadata.deletionTimestamp).slice(0, MAX_REMOVALS);
  const limit = pLimit(PARALLEL);
  const budgets = budgetLookup(client);
  const removals = await limit.map(toRemove, (pod) =>
    force ? deletePod(client, pod) : evictPod(client, budgets, pod),
  );
  return progress(leaving.length, removals);
}

function progress(before: number, removals: readonly Removal[]): Result<DrainProgress> {
  const failed = removals.find((removal) => removal.kind === 'failed');
  if (failed !== undefined) return { ok: false, error: failed.error };
  const podsLeft = before - removals.filter(({ kind }) => kind === 'gone').length;
  if (podsLeft === 0) return ok({ state: 'drained' });
  const blocked = removals.filter((removal) => removal.kind === 'blocked');
  if (blocked.length === 0) return ok({ state: 'draining', podsLeft });
  const budgets = [...new Set(blocked.flatMap((removal) => removal.budgets))].sort();
  return ok({ state: 'blocked', podsLeft, budgets });
}

/** DaemonSet pods would come straight back, mirror pods belong to the kubelet, finished pods hold nothing. */
function mustLeave({ metadata, status }: Pod): boolean {
  const daemon = metadata.ownerReferences.some(
    (owner) => owner.kind === 'DaemonSet' && owner.controller === true,
  );
  const finished = status.phase === 'Succeeded' || status.phase === 'Failed';
  return !daemon && !finished && !(MIRROR_ANNOTATION in metadata.annotations);
}

/** `deletionTimestamp` is when the grace ends, so only the lost time is added to it. */
function isLost({ metadata }: Pod, serverTime: EpochMs | undefined): boolean {
  if (!metadata.deletionTimestamp || serverTime === undefined) return false;
  return serverTime - toEpochMs(metadata.deletionTimestamp) > LOST_POD_MS;
}

const podPath = ({ metadata }: Pod): string =>
  `/api/v1/namespaces/${encodeURIComponent(metadata.namespace)}/pods/${encodeURIComponent(metadata.name)}`;

async function evictPod(client: KubeClient, budgets: BudgetsCovering, pod: Pod): Promise<Removal> {
  const { name, namespace } = pod.metadata;
  const answer = await client.send({
    operation: 'pods.evict',
    method: 'POST',
    path: `${podPath(pod)}/eviction`,
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
    shape: z.unknown(),
  });
  return answer.ok ? { kind: 'going' } : refusedEviction(budgets, pod, answer.error);
}

async function refusedEviction(budgets: BudgetsCovering, pod: Pod, error: KubeError): Promise<Removal> {
  const { namespace, labels } = pod.metadata;
  const byBudget = isBudgetRefusal(error);
  if (!byBudget && error.status !== 500) return settledRefusal(error);
  const covering = await budgets(namespace, labels);
  if (!covering.ok) return { kind: 'failed', error: covering.error };
  // More than one budget over a pod is answered with 500 and never clears by itself: a block, not an outage.
  if (byBudget || covering.value.length > 1) return { kind: 'blocked', budgets: covering.value };
  return { kind: 'failed', error };
}

async function deletePod(client: KubeClient, pod: Pod): Promise<Removal> {
  const grace = Math.min(
    pod.spec.terminationGracePeriodSeconds ?? MAX_FORCED_GRACE_SECONDS,
    MAX_FORCED_GRACE_SECONDS,
  );
  const answer = await client.send({
    operation: 'pods.delete',
    method: 'DELETE',
    path: podPath(pod),
    body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: grace },
    shape: z.unknown(),
  });
  return answer.ok ? { kind: 'going' } : settledRefusal(answer.error);
}

function settledRefusal(error: KubeError): Removal {
  if (error.code === 'NotFound') return { kind: 'gone' };
  // Someone else changed the pod just now; the next look decides.
  if (error.code === 'Conflict') return { kind: 'going' };
  return { kind: 'failed', error };
}
