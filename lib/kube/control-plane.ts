/** The control plane of a cluster that we run: whether it is ready, its static pods, and what runs on every node. */
import { z } from 'zod';
import { ok, type Result } from '../domain/errors.ts';
import type { KubeClient } from './client.ts';
import type { ControlPlanePod, DaemonSetState } from './self-managed.ts';

export async function isReady(client: KubeClient): Promise<Result<boolean>> {
  // It answers in plain words, `ok` or a list of what fails; the status is what counts.
  const answer = await client.send({
    operation: 'readyz.get',
    method: 'GET',
    path: '/readyz',
    shape: z.unknown(),
  });
  if (answer.ok) return ok(true);
  const { status = 0 } = answer.error;
  return status >= 500 ? ok(false) : answer;
}

const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/; labels are kubeadm's. */
const Pod = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ nodeName: z.string().max(253).default('') }),
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
    .default({ conditions: [] }),
});

export async function listControlPlanePods(client: KubeClient): Promise<Result<readonly ControlPlanePod[]>> {
  const pods = await client.list({
    operation: 'pods.list',
    path: '/api/v1/namespaces/kube-system/pods',
    query: { labelSelector: 'tier=control-plane' },
    item: Pod,
  });
  if (!pods.ok) return pods;
  return ok(
    pods.value.flatMap(({ metadata, spec, status }): readonly ControlPlanePod[] => {
      const component = COMPONENTS.find((name) => name === metadata.labels.component);
      if (component === undefined) return [];
      const ready = status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
      return [{ component, node: spec.nodeName, ready }];
    }),
  );
}

const Count = z.number().int().nonnegative().default(0);

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/ */
const DaemonSet = z.object({
  metadata: z.object({
    name: z.string().max(253),
    namespace: z.string().max(63),
    generation: Count,
  }),
  status: z
    .object({ observedGeneration: Count, desiredNumberScheduled: Count, numberReady: Count })
    .default({ observedGeneration: 0, desiredNumberScheduled: 0, numberReady: 0 }),
});

export async function listDaemonSets(client: KubeClient): Promise<Result<readonly DaemonSetState[]>> {
  const sets = await client.list({
    operation: 'daemonsets.list',
    path: '/apis/apps/v1/daemonsets',
    item: DaemonSet,
  });
  if (!sets.ok) return sets;
  return ok(
    sets.value.map(({ metadata: { name, namespace, generation }, status }) => {
      // Numbers of an older generation say nothing of this one.
      const counted = status.observedGeneration >= generation;
      return {
        namespace,
        name,
        desired: counted ? status.desiredNumberScheduled : 0,
        ready: counted ? status.numberReady : 0,
      };
    }),
  );
}

const VolumeAttachment = z.object({
  metadata: z.object({ name: z.string().max(253) }),
  spec: z.object({ nodeName: z.string() }),
});

export async function listVolumesAttachedTo(
  client: KubeClient,
  node: string,
): Promise<Result<readonly string[]>> {
  const attachments = await client.list({
    operation: 'volumeattachments.list',
    path: '/apis/storage.k8s.io/v1/volumeattachments',
    item: VolumeAttachment,
  });
  if (!attachments.ok) return attachments;
  return ok(
    attachments.value.filter(({ spec }) => spec.nodeName === node).map(({ metadata }) => metadata.name),
  );
}
