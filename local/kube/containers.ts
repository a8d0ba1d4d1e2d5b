/**
 * Containers that are to end: pods of Jobs and others that are not restarted for ever. What is known of their image runs
 * for its time and ends; an image that nobody knows is pulled in vain. Containers of services run without end.
 */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Cluster } from './cluster.ts';
import { type ApiObject, child, timestamp } from './object.ts';
import { programOf } from './programs/index.ts';
import type { Ended, Program } from './programs/program.ts';

const Containers = z
  .array(
    z.object({
      name: z.string(),
      image: z.string(),
      command: z.array(z.string()).nullish(),
      args: z.array(z.string()).nullish(),
      env: z.array(z.object({ name: z.string(), value: z.string().default('') })).catch([]),
    }),
  )
  .catch([]);
type Container = z.output<typeof Containers>[number];

export const containersOf = (pod: ApiObject): readonly Container[] =>
  Containers.parse(child(pod, 'spec').containers);

/** They run one after the other, before the others. */
export const initContainersOf = (pod: ApiObject): readonly Container[] =>
  Containers.parse(child(pod, 'spec').initContainers ?? []);

const allOf = (pod: ApiObject): readonly Container[] => [...initContainersOf(pod), ...containersOf(pod)];

export const isToEnd = (pod: ApiObject): boolean =>
  ['Never', 'OnFailure'].includes(String(child(pod, 'spec').restartPolicy));

/** Of a pod that is to end: an image of its that cannot be pulled. */
export const unknownImage = (pod: ApiObject): string | undefined =>
  allOf(pod).find(({ image }) => programOf(image) === undefined)?.image;

/** When its last container ends; `undefined`: it does not by itself. */
export function endsAt(pod: ApiObject): EpochMs | undefined {
  if (!isToEnd(pod)) return undefined;
  const startedAt = Date.parse(String(child(pod, 'status').startTime ?? ''));
  const takes = (container: Container) => programOf(container.image)?.durationMs(wordsOf(container)) ?? 0;
  const before = initContainersOf(pod).reduce((sum, container) => sum + takes(container), 0);
  const longest = Math.max(...containersOf(pod).map(takes));
  return Number.isNaN(startedAt) ? undefined : startedAt + before + longest;
}

/** The container's program at its end; `undefined`: nothing that ends. */
export function outcomeOf(cluster: Cluster, pod: ApiObject, container: Container): Ended | undefined {
  const program: Program | undefined = programOf(container.image);
  return program?.run({
    cluster,
    node: String(child(pod, 'spec').nodeName ?? ''),
    pod: pod.metadata.name,
    words: wordsOf(container),
    environment: Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
  });
}

const wordsOf = ({ command, args }: Container): readonly string[] => [...(command ?? []), ...(args ?? [])];

export const leavesReboot = (cluster: Cluster, pod: ApiObject): boolean =>
  containersOf(pod).some((container) => outcomeOf(cluster, pod, container)?.reboots === true);

/** The status of a pod whose containers have all ended. */
export function endedStatus(cluster: Cluster, pod: ApiObject) {
  const finishedAt = timestamp(endsAt(pod) ?? cluster.nowMs);
  const { startTime = finishedAt } = child(pod, 'status');
  const ended = (container: Container) => {
    const exitCode = outcomeOf(cluster, pod, container)?.exitCode ?? 0;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const terminated = { exitCode, reason, startedAt: startTime, finishedAt };
    return { ...common(container), ready: false, started: false, state: { terminated } };
  };
  const statuses = containersOf(pod).map(ended);
  const first = initContainersOf(pod).map(ended);
  const isFailed = [...first, ...statuses].some(({ state }) => state.terminated.exitCode !== 0);
  return {
    ...child(pod, 'status'),
    phase: isFailed ? 'Failed' : 'Succeeded',
    conditions: ['ContainersReady', 'Ready'].map((type) => ({
      type,
      status: 'False',
      reason: isFailed ? 'PodFailed' : 'PodCompleted',
      lastTransitionTime: finishedAt,
    })),
    ...(first.length === 0 ? {} : { initContainerStatuses: first }),
    containerStatuses: statuses,
  };
}

/** The status of a pod one of whose images nobody has. */
export function unpulledStatus(pod: ApiObject, image: string) {
  const message = `Back-off pulling image "${image}": ErrImagePull: failed to resolve reference "${image}": not found`;
  return {
    phase: 'Pending',
    containerStatuses: containersOf(pod).map((container) => ({
      ...common(container),
      ready: false,
      started: false,
      state: { waiting: { reason: 'ImagePullBackOff', message } },
    })),
  };
}

export const runningStatuses = (pod: ApiObject, startedAt: string) =>
  containersOf(pod).map((container) => ({
    ...common(container),
    ready: true,
    started: true,
    state: { running: { startedAt } },
  }));

const common = ({ name, image }: Container) => ({ name, image, imageID: image, restartCount: 0 });
