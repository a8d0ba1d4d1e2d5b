/**
 * One look at a node that is being emptied: who has to go is asked to, through the eviction API, so that
 * PodDisruptionBudgets hold; who is left is counted. Rules of who stays are those of `kubectl drain --ignore-daemonsets
 * --delete-emptydir-data`. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */
import { z } from 'zod';
import { selects } from '../../lib/domain/label-selector.ts';
import { type KubeOutcome, listAll } from '../kube/client.ts';
import { AGENT_NAME } from '../ports.ts';
import type { OperationDeps } from './step.ts';

const MIRROR = 'kubernetes.io/config.mirror';
/** One look evicts at most so many. Our choice. */
const AT_ONCE = 32;

const Text = z.record(z.string(), z.string()).nullish();
const Pod = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    labels: Text,
    annotations: Text,
    deletionTimestamp: z.string().nullish(),
    ownerReferences: z.array(z.object({ kind: z.string(), controller: z.boolean().nullish() })).nullish(),
  }),
  status: z.object({ phase: z.string().nullish() }).catch({}),
});
type Pod = z.output<typeof Pod>;

export interface DrainLook {
  readonly podsLeft: number;
  /** `namespace/name` of budgets that allow no eviction now, sorted. */
  readonly budgets: readonly string[];
}

export async function drainOnce(deps: OperationDeps, node: string): Promise<KubeOutcome<DrainLook>> {
  const query = { fieldSelector: `spec.nodeName=${node}` };
  const pods = await listAll(deps.kube, { path: '/api/v1/pods', query, item: Pod });
  if (!pods.ok) return pods;
  const leaving = pods.value.filter((pod) => mustLeave(pod) && !isAgent(pod, deps.namespace));
  const staying = leaving.filter(({ metadata }) => !metadata.deletionTimestamp);
  const held: Pod[] = [];
  for (const pod of staying.slice(0, AT_ONCE)) {
    const evicted = await evict(deps, pod);
    if (!evicted.ok) return evicted;
    if (!evicted.value) held.push(pod);
  }
  const budgets = await budgetsOver(deps, held);
  return budgets.ok ? { ok: true, value: { podsLeft: leaving.length, budgets: budgets.value } } : budgets;
}

function mustLeave({ metadata, status }: Pod): boolean {
  const daemon = metadata.ownerReferences?.some(
    ({ kind, controller }) => kind === 'DaemonSet' && controller === true,
  );
  const finished = status.phase === 'Succeeded' || status.phase === 'Failed';
  return daemon !== true && !finished && !(MIRROR in (metadata.annotations ?? {}));
}

/**
 * The agent itself stays and starts anew with its node: where no other node may take it, nobody would be left to open
 * this one again. What it has done so far stands in the cluster.
 */
function isAgent({ metadata }: Pod, namespace: string): boolean {
  return metadata.namespace === namespace && metadata.labels?.['app.kubernetes.io/name'] === AGENT_NAME;
}

/** False: not now. */
async function evict({ kube }: OperationDeps, { metadata }: Pod): Promise<KubeOutcome<boolean>> {
  const { name, namespace } = metadata;
  const answer = await kube.send({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
    body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
    shape: z.unknown(),
  });
  if (answer.ok || answer.error.status === 404) return { ok: true, value: true };
  // 500: more than one budget covers the pod, which the eviction API does not serve and which does not pass by itself.
  const { status, reason } = answer.error;
  // A namespace that is being deleted takes no evictions; its pods go by themselves, soon.
  const held = status === 429 || status === 500 || reason === 'NamespaceTerminating';
  return held ? { ok: true, value: false } : answer;
}

const Budget = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    selector: z
      .object({
        matchLabels: Text,
        matchExpressions: z
          .array(
            z.object({
              key: z.string(),
              operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
              values: z.array(z.string()).nullish(),
            }),
          )
          .nullish(),
      })
      .nullish(),
  }),
});
/** The refusal need not name the budget, so those that cover the pods are looked up. */
async function budgetsOver(
  { kube }: OperationDeps,
  pods: readonly Pod[],
): Promise<KubeOutcome<readonly string[]>> {
  const names = new Set<string>();
  for (const [namespace, held] of Map.groupBy(pods, ({ metadata }) => metadata.namespace)) {
    const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    const budgets = await listAll(kube, { path, item: Budget });
    if (!budgets.ok) return budgets;
    for (const { metadata, spec } of budgets.value) {
      const covers = held.some((pod) => spec.selector && selects(spec.selector, pod.metadata.labels ?? {}));
      if (covers) names.add(`${namespace}/${metadata.name}`);
    }
  }
  return { ok: true, value: [...names].sort() };
}
