/**
 * What the pods of each node ask for, summed page by page: of a pod nothing is kept but the sums. How a pod's own
 * request comes about: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
import { z } from 'zod';
import type { Amounts } from '../../lib/domain/agent.ts';
import type { KubeClient, KubeOutcome } from '../kube/client.ts';
import { bytes, milli } from '../kube/quantity.ts';

const Quantity = z.union([z.string(), z.number()]).optional();
const Requests = z.object({ cpu: Quantity, memory: Quantity }).nullish();
const Resources = z.object({ requests: Requests }).nullish();
const Container = z.object({ resources: Resources, restartPolicy: z.string().nullish() });

const Pod = z.object({
  spec: z.object({
    nodeName: z.string().nullish(),
    containers: z.array(Container).catch([]),
    initContainers: z.array(Container).nullish(),
    overhead: Requests,
    resources: Resources,
  }),
  status: z.object({ phase: z.string().nullish() }).catch({}),
});
type PodSpec = z.output<typeof Pod>['spec'];

/** By node name. Pods that have ended, or have no node yet, ask for nothing. */
export async function sumRequests(kube: KubeClient): Promise<KubeOutcome<ReadonlyMap<string, Amounts>>> {
  const sums = new Map<string, Amounts>();
  const listed = await kube.list({
    path: '/api/v1/pods',
    item: Pod,
    page(pods) {
      for (const { spec, status } of pods) {
        if (!spec.nodeName || status.phase === 'Succeeded' || status.phase === 'Failed') continue;
        sums.set(spec.nodeName, add(sums.get(spec.nodeName) ?? NOTHING, podRequests(spec)));
      }
    },
  });
  return listed.ok ? { ok: true, value: sums } : listed;
}

export const NOTHING: Amounts = { cpuMilli: 0, memoryBytes: 0 };

/** Init containers run one after the other; those that are restarted stay beside all that come after them. */
export function podRequests({ containers, initContainers, overhead, resources }: PodSpec): Amounts {
  let sidecars = NOTHING;
  let starting = NOTHING;
  for (const container of initContainers ?? []) {
    const asked = amounts(container.resources?.requests);
    starting = larger(starting, add(sidecars, asked));
    if (container.restartPolicy === 'Always') sidecars = add(sidecars, asked);
  }
  const running = containers.reduce((sum, { resources: own }) => add(sum, amounts(own?.requests)), sidecars);
  return add(stated(resources?.requests, larger(starting, running)), amounts(overhead));
}

/** What the pod as a whole says for itself comes before what its containers say. */
function stated(pod: z.output<typeof Requests>, containers: Amounts): Amounts {
  return {
    cpuMilli: pod?.cpu === undefined ? containers.cpuMilli : milli(pod.cpu),
    memoryBytes: pod?.memory === undefined ? containers.memoryBytes : bytes(pod.memory),
  };
}

const amounts = (requests: z.output<typeof Requests>): Amounts => ({
  cpuMilli: milli(requests?.cpu),
  memoryBytes: bytes(requests?.memory),
});

const add = (a: Amounts, b: Amounts): Amounts => ({
  cpuMilli: a.cpuMilli + b.cpuMilli,
  memoryBytes: a.memoryBytes + b.memoryBytes,
});

const larger = (a: Amounts, b: Amounts): Amounts => ({
  cpuMilli: Math.max(a.cpuMilli, b.cpuMilli),
  memoryBytes: Math.max(a.memoryBytes, b.memoryBytes),
});
