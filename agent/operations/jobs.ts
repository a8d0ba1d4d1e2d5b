/** Jobs that operations run in the agent's own namespace: made once, looked at, read, and taken away. */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { type KubeOutcome, listAll } from '../kube/client.ts';
import { MANAGED_BY, OURS } from '../packs/labels.ts';
import type { OperationDeps } from './step.ts';

export const OPERATION_LABEL = 'slipway.io/operation';
/** A Job that nobody takes away goes by itself, seconds. */
const TTL_SECONDS = 86_400;
const MAX_LOG_BYTES = 4 * 1024 * 1024;

export type JobState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'running' }
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly message: string };

export interface JobSpec {
  readonly name: string;
  readonly operation: string;
  readonly deadlineSeconds: number;
  /** How often its pod may fail. */
  readonly retries: number;
  /** Of the pod. */
  readonly pod: JsonObject;
}

const Job = z.object({
  status: z
    .object({
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), message: z.string().nullish() }))
        .nullish(),
    })
    .catch({}),
});

const jobsPath = ({ namespace }: OperationDeps): string => `/apis/batch/v1/namespaces/${namespace}/jobs`;

export async function jobState(deps: OperationDeps, name: string): Promise<KubeOutcome<JobState>> {
  const answer = await deps.kube.send({ method: 'GET', path: `${jobsPath(deps)}/${name}`, shape: Job });
  if (!answer.ok) return answer.error.status === 404 ? { ok: true, value: { kind: 'absent' } } : answer;
  const conditions = answer.value.status.conditions ?? [];
  const met = (type: string) => conditions.find((one) => one.type === type && one.status === 'True');
  if (met('Complete') !== undefined) return { ok: true, value: { kind: 'succeeded' } };
  const failure = met('Failed');
  if (failure === undefined) return { ok: true, value: { kind: 'running' } };
  return { ok: true, value: { kind: 'failed', message: failure.message ?? 'The Job failed.' } };
}

/** Made already is made. */
export async function createJob(deps: OperationDeps, spec: JobSpec): Promise<KubeOutcome<void>> {
  const body = jobObject(deps.namespace, spec);
  const answer = await deps.kube.send({ method: 'POST', path: jobsPath(deps), body, shape: z.unknown() });
  return answer.ok || answer.error.status === 409 ? { ok: true, value: undefined } : answer;
}

function jobObject(
  namespace: string,
  { name, operation, deadlineSeconds, retries, pod }: JobSpec,
): JsonObject {
  const labels = { [MANAGED_BY]: OURS, [OPERATION_LABEL]: operation };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels },
    spec: {
      backoffLimit: retries,
      activeDeadlineSeconds: deadlineSeconds,
      ttlSecondsAfterFinished: TTL_SECONDS,
      template: { metadata: { labels }, spec: { restartPolicy: 'Never', ...pod } },
    },
  };
}

export async function removeJob(deps: OperationDeps, name: string): Promise<KubeOutcome<void>> {
  const path = `${jobsPath(deps)}/${name}?propagationPolicy=Background`;
  const answer = await deps.kube.send({ method: 'DELETE', path, shape: z.unknown() });
  return answer.ok || answer.error.status === 404 ? { ok: true, value: undefined } : answer;
}

const Named = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
});

/** Those of operations that are over. */
export async function removeJobsOf(
  deps: OperationDeps,
  isOver: (operation: string) => boolean,
): Promise<KubeOutcome<void>> {
  const query = { labelSelector: `${MANAGED_BY}=${OURS},${OPERATION_LABEL}` };
  const listed = await listAll(deps.kube, { path: jobsPath(deps), query, item: Named });
  if (!listed.ok) return listed;
  const over = listed.value.filter(({ metadata }) => isOver(metadata.labels?.[OPERATION_LABEL] ?? ''));
  for (const { metadata } of over) {
    const removed = await removeJob(deps, metadata.name);
    if (!removed.ok) return removed;
  }
  return { ok: true, value: undefined };
}

const Pod = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({ phase: z.string().catch('') }).catch({ phase: '' }),
});

/** What a container of the Job's pod said, from its beginning; empty when no pod of it is left. */
export async function logOf(
  deps: OperationDeps,
  job: string,
  container: string,
): Promise<KubeOutcome<string>> {
  const pods = `/api/v1/namespaces/${deps.namespace}/pods`;
  const query = { labelSelector: `batch.kubernetes.io/job-name=${job}` };
  const listed = await listAll(deps.kube, { path: pods, query, item: Pod });
  if (!listed.ok) return listed;
  const pod = listed.value.find(({ status }) => status.phase === 'Succeeded') ?? listed.value.at(-1);
  if (pod === undefined) return { ok: true, value: '' };
  const asked = new URLSearchParams({ container, limitBytes: String(MAX_LOG_BYTES) });
  return deps.kube.text(`${pods}/${pod.metadata.name}/log?${asked}`);
}
