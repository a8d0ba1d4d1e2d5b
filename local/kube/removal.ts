/** DELETE: at once, after a grace, or once the last finalizer is gone, and what goes or stays with the object. */
import { z } from 'zod';
import { readBody } from './bodies.ts';
import { type Cluster, drop, keep, stored } from './cluster.ts';
import { dropInstances, servedResources } from './custom-resources.ts';
import { deleteNode } from './nodes.ts';
import { type ApiObject, timestamp } from './object.ts';
import { orphan, pods, removeNow, terminate } from './pods.ts';
import { checkVersion, isDryRun, requireOne } from './preconditions.ts';
import type { Named } from './reads.ts';
import type { ApiRequest } from './request.ts';
import type { KubeResource } from './resources.ts';
import { modified } from './status-error.ts';

const DeleteOptions = z.object({
  gracePeriodSeconds: z.number().int().nonnegative().nullish(),
  propagationPolicy: z.enum(['Orphan', 'Background', 'Foreground']).nullish(),
  preconditions: z.object({ uid: z.string().nullish(), resourceVersion: z.string().nullish() }).nullish(),
});
type DeleteOptions = z.output<typeof DeleteOptions>;

export function remove(cluster: Cluster, at: Named, request: ApiRequest): ApiObject {
  const live = requireOne(cluster, at);
  const options = DeleteOptions.parse(request.body === '' ? {} : readBody(request));
  checkVersion(at, live, options.preconditions?.resourceVersion ?? undefined);
  if (options.preconditions?.uid && options.preconditions.uid !== live.metadata.uid)
    throw modified(at.resource, at.name);
  if (isDryRun(request)) return live;
  switch (at.resource.plural) {
    case 'nodes':
      deleteNode(cluster, at.name);
      return live;
    case 'pods':
      if (graceOf(options, request) === 0) removeNow(cluster, live);
      else terminate(cluster, live);
      return live;
    case 'namespaces':
      emptyNamespace(cluster, at.name);
      break;
    case 'customresourcedefinitions':
      dropInstances(cluster, live);
      break;
    case 'jobs':
      if (leavesPods(options, request)) orphanPods(cluster, live);
      break;
  }
  return finalize(cluster, at.resource, live);
}

function graceOf(options: DeleteOptions, request: ApiRequest): number | undefined {
  const asked = request.query.get('gracePeriodSeconds');
  return options.gracePeriodSeconds ?? (asked === null ? undefined : Number(asked));
}

/** Jobs alone leave their pods behind unless told otherwise: kubernetes/kubernetes, pkg/registry/batch/job/strategy.go. */
const leavesPods = ({ propagationPolicy }: DeleteOptions, { query }: ApiRequest): boolean =>
  (propagationPolicy ?? query.get('propagationPolicy') ?? 'Orphan') === 'Orphan';

function orphanPods(cluster: Cluster, { metadata }: ApiObject): void {
  for (const pod of pods(cluster)) {
    if (pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid)) orphan(cluster, pod);
  }
}

/** Gone at once, or marked and kept until its finalizers are taken off. */
export function finalize(cluster: Cluster, of: KubeResource, live: ApiObject): ApiObject {
  if ((live.metadata.finalizers ?? []).length === 0) {
    drop(cluster, of, live);
    return live;
  }
  const deletionTimestamp = live.metadata.deletionTimestamp ?? timestamp(cluster.nowMs);
  return keep(cluster, of, { ...live, metadata: { ...live.metadata, deletionTimestamp } });
}

function emptyNamespace(cluster: Cluster, namespace: string): void {
  for (const kind of servedResources(cluster).filter(({ namespaced }) => namespaced)) {
    for (const object of stored(cluster, kind)) {
      if (object.metadata.namespace === namespace) finalize(cluster, kind, object);
    }
  }
}
