/**
 * The Job controller: pods until enough of them succeeded, again after a while when they failed, and an end.
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import { type Cluster, drop, keep, stored } from './cluster.ts';
import { sameJson } from './merge.ts';
import { type ApiObject, child, timestamp } from './object.ts';
import {
  createPod,
  finishedAt,
  isTerminating,
  phaseOf,
  podSuffix,
  pods,
  removeNow,
  terminate,
} from './pods.ts';
import { resource } from './resources.ts';

const JOBS = resource('jobs');
/** The first wait after a failure; it doubles. */
const BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 360_000;

const JobSpec = z.object({
  completions: z.number().int().nullish(),
  parallelism: z.number().int().default(1),
  backoffLimit: z.number().int().default(6),
  activeDeadlineSeconds: z.number().nullish(),
  ttlSecondsAfterFinished: z.number().nullish(),
  suspend: z.boolean().default(false),
});
type JobSpec = z.output<typeof JobSpec>;

const Conditions = z
  .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string() }))
  .catch([]);

/** Returns the uids of those that are there, whose pods stay. */
export function runJobs(cluster: Cluster): readonly string[] {
  return stored(cluster, JOBS).flatMap((job) => (runJob(cluster, job) ? [job.metadata.uid ?? ''] : []));
}

/** When a Job does something of its own accord. */
export function jobsMoveAt(cluster: Cluster): readonly EpochMs[] {
  return stored(cluster, JOBS).flatMap((job) => {
    const spec = JobSpec.parse(child(job, 'spec'));
    const ended = endedAt(job);
    if (ended !== undefined)
      return [ended + (spec.ttlSecondsAfterFinished ?? Number.POSITIVE_INFINITY) * 1000];
    return [deadlineOf(job, spec), retryAt(podsOf(cluster, job))];
  });
}

/** False: it is gone. */
function runJob(cluster: Cluster, job: ApiObject): boolean {
  const spec = JobSpec.parse(child(job, 'spec'));
  const own = podsOf(cluster, job);
  const ended = endedAt(job);
  if (ended === undefined) {
    advance(cluster, job, spec, own);
    return true;
  }
  if (ended + (spec.ttlSecondsAfterFinished ?? Number.POSITIVE_INFINITY) * 1000 > cluster.nowMs) return true;
  for (const pod of own) removeNow(cluster, pod);
  drop(cluster, JOBS, job);
  return false;
}

interface Tally {
  readonly active: readonly ApiObject[];
  readonly succeeded: number;
  readonly failed: number;
}

function advance(cluster: Cluster, job: ApiObject, spec: JobSpec, own: readonly ApiObject[]): void {
  const tally = count(own);
  const wanted = spec.completions ?? 1;
  if (tally.succeeded >= wanted) {
    finish(
      cluster,
      job,
      tally,
      'Complete',
      'CompletionsReached',
      'Reached expected number of succeeded pods',
    );
    return;
  }
  if (deadlineOf(job, spec) <= cluster.nowMs) {
    finish(
      cluster,
      job,
      tally,
      'Failed',
      'DeadlineExceeded',
      'Job was active longer than specified deadline',
    );
    return;
  }
  if (tally.failed > spec.backoffLimit) {
    finish(
      cluster,
      job,
      tally,
      'Failed',
      'BackoffLimitExceeded',
      'Job has reached the specified backoff limit',
    );
    return;
  }
  const missing = Math.min(spec.parallelism, wanted - tally.succeeded) - tally.active.length;
  if (!spec.suspend && missing > 0 && retryAt(own) <= cluster.nowMs) {
    for (let made = 0; made < missing; made++) makePod(cluster, job);
  }
  show(cluster, job, count(podsOf(cluster, job)));
}

const podsOf = (cluster: Cluster, { metadata }: ApiObject): readonly ApiObject[] =>
  pods(cluster).filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));

function count(own: readonly ApiObject[]): Tally {
  const inPhase = (phase: string) => own.filter((pod) => phaseOf(pod) === phase).length;
  const active = own.filter((pod) => !isTerminating(pod) && finishedAt(pod) === undefined);
  return { active, succeeded: inPhase('Succeeded'), failed: inPhase('Failed') };
}

/** After the last failure, later with each. */
function retryAt(own: readonly ApiObject[]): EpochMs {
  const failures = own.filter((pod) => phaseOf(pod) === 'Failed').map((pod) => finishedAt(pod) ?? 0);
  if (failures.length === 0) return Number.NEGATIVE_INFINITY;
  return Math.max(...failures) + Math.min(BACKOFF_MS * 2 ** (failures.length - 1), LONGEST_BACKOFF_MS);
}

const startOf = (job: ApiObject): EpochMs =>
  Date.parse(String(child(job, 'status').startTime ?? job.metadata.creationTimestamp ?? ''));

const deadlineOf = (job: ApiObject, { activeDeadlineSeconds }: JobSpec): EpochMs =>
  startOf(job) + (activeDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1000;

function endedAt(job: ApiObject): EpochMs | undefined {
  const ended = Conditions.parse(child(job, 'status').conditions).find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  return ended === undefined ? undefined : Date.parse(ended.lastTransitionTime);
}

function makePod(cluster: Cluster, job: ApiObject): void {
  const { name, namespace = 'default', uid = '' } = job.metadata;
  const template = child(child(job, 'spec'), 'template');
  const labels = z
    .record(z.string(), z.string())
    .catch({})
    .parse(child(template, 'metadata').labels ?? {});
  const own = { 'batch.kubernetes.io/job-name': name, 'job-name': name, 'controller-uid': uid };
  createPod(cluster, {
    name: `${name}-${podSuffix(cluster, name)}`,
    namespace,
    owner: { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true },
    template,
    labels: { ...labels, ...own, 'batch.kubernetes.io/controller-uid': uid },
  });
}

function show(cluster: Cluster, job: ApiObject, { active, succeeded, failed }: Tally): void {
  const startTime = String(child(job, 'status').startTime ?? timestamp(cluster.nowMs));
  const status = { startTime, active: active.length, ready: active.length, succeeded, failed };
  if (!sameJson(job.status, status)) keep(cluster, JOBS, { ...job, status });
}

function finish(
  cluster: Cluster,
  job: ApiObject,
  { active, succeeded, failed }: Tally,
  type: 'Complete' | 'Failed',
  reason: string,
  message: string,
): void {
  for (const pod of active) terminate(cluster, pod);
  const at = timestamp(cluster.nowMs);
  keep(cluster, JOBS, {
    ...job,
    status: {
      startTime: timestamp(startOf(job)),
      ...(type === 'Complete' ? { completionTime: at } : {}),
      active: 0,
      succeeded,
      failed,
      conditions: [{ type, status: 'True', reason, message, lastProbeTime: at, lastTransitionTime: at }],
    },
  });
}
