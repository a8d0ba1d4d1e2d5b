/** GET: one object, or a list with selectors and pages. Statuses that controllers would write are computed here. */
import { z } from 'zod';
import { budgetStatus } from './budgets.ts';
import { type Cluster, stored, storedOne } from './cluster.ts';
import { replicasOf, templateOf } from './controllers.ts';
import { node, nodes } from './nodes.ts';
import { type ApiObject, keyOf } from './object.ts';
import { fitsAsDaemon } from './placement.ts';
import { isTerminating, nodeNameOf, phaseOf, pods, silentNodes } from './pods.ts';
import type { ApiAnswer, Target } from './request.ts';
import { groupVersion, type KubeResource } from './resources.ts';
import { fieldSelector, labelSelector } from './selectors.ts';
import { badRequest, notFound, notImplemented } from './status-error.ts';

/** Where a page ended. */
const Continue = z.object({ after: z.string() });

export interface Named {
  readonly resource: KubeResource;
  readonly namespace?: string;
  readonly name: string;
}

/** Throws NotFound. */
export function getOne(cluster: Cluster, at: Named): ApiObject {
  const found = findOne(cluster, at);
  if (found === undefined) throw notFound(at.resource, at.name);
  return withStatus(cluster, at.resource, found);
}

/** As it is kept, without computed status: what writes start from. */
export function findOne(cluster: Cluster, { resource, namespace, name }: Named): ApiObject | undefined {
  if (resource.plural === 'nodes') return node(cluster, name);
  return storedOne(cluster, resource, `${namespace ?? ''}/${name}`);
}

export function getList(
  cluster: Cluster,
  { resource, namespace }: Target,
  query: URLSearchParams,
): ApiAnswer {
  if (['true', '1'].includes(query.get('watch') ?? '')) throw notImplemented('watch; list again instead');
  const labels = labelSelector(query.get('labelSelector'));
  const fields = fieldSelector(query.get('fieldSelector'));
  const all = resource.plural === 'nodes' ? nodes(cluster) : stored(cluster, resource);
  const selected = all
    .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
    .map((object) => withStatus(cluster, resource, object))
    .filter((object) => labels(object) && fields(object));
  return { status: 200, body: page(cluster, resource, selected, query) };
}

function page(
  cluster: Cluster,
  resource: KubeResource,
  selected: readonly ApiObject[],
  query: URLSearchParams,
): object {
  const after = readContinue(query.get('continue'));
  const sorted = [...selected].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = sorted.filter((object) => after === undefined || keyOf(object) > after);
  const limit = Number(query.get('limit') ?? 0);
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const last = items.at(-1);
  const more = last !== undefined && items.length < rest.length;
  return {
    kind: `${resource.kind}List`,
    apiVersion: groupVersion(resource),
    metadata: {
      resourceVersion: String(cluster.store.version(cluster.id)),
      ...(more
        ? { continue: writeContinue(keyOf(last)), remainingItemCount: rest.length - items.length }
        : {}),
    },
    items,
  };
}

const writeContinue = (after: string): string => Buffer.from(JSON.stringify({ after })).toString('base64url');

function readContinue(token: string | null): string | undefined {
  if (!token) return undefined;
  try {
    return Continue.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))).after;
  } catch {
    throw badRequest('continue key is not valid');
  }
}

/** Observed state for the kinds whose controllers live here; others show what they hold. */
export function withStatus(cluster: Cluster, resource: KubeResource, object: ApiObject): ApiObject {
  switch (resource.plural) {
    case 'poddisruptionbudgets':
      return {
        ...object,
        status: { ...budgetStatus(cluster, object), observedGeneration: object.metadata.generation },
      };
    case 'deployments':
      return { ...object, status: deploymentStatus(cluster, object) };
    case 'daemonsets':
      return { ...object, status: daemonSetStatus(cluster, object) };
    default:
      return object;
  }
}

function deploymentStatus(cluster: Cluster, { metadata, ...rest }: ApiObject) {
  const replicas = replicasOf({ metadata, ...rest });
  const running = runningPods(cluster, metadata.namespace, 'ReplicaSet', (owner) =>
    owner.startsWith(`${metadata.name}-`),
  );
  const ready = Math.min(running, replicas);
  return {
    observedGeneration: metadata.generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: replicas - ready,
    conditions: [
      {
        type: 'Available',
        status: ready === replicas ? 'True' : 'False',
        reason: 'MinimumReplicasAvailable',
      },
    ],
  };
}

function daemonSetStatus(cluster: Cluster, set: ApiObject) {
  const { generation, namespace, name } = set.metadata;
  const template = templateOf(set);
  const ready = runningPods(cluster, namespace, 'DaemonSet', (owner) => owner === name);
  const wanted = nodes(cluster).filter((candidate) => fitsAsDaemon(template, candidate)).length;
  return {
    observedGeneration: generation,
    desiredNumberScheduled: wanted,
    currentNumberScheduled: wanted,
    updatedNumberScheduled: wanted,
    numberReady: ready,
    numberAvailable: ready,
    numberMisscheduled: 0,
  };
}

function runningPods(
  cluster: Cluster,
  namespace: string | undefined,
  kind: string,
  isOwner: (name: string) => boolean,
): number {
  const silent = silentNodes(cluster);
  return pods(cluster).filter(
    (pod) =>
      pod.metadata.namespace === namespace &&
      phaseOf(pod) === 'Running' &&
      !isTerminating(pod) &&
      !silent.has(nodeNameOf(pod) ?? '') &&
      pod.metadata.ownerReferences?.some((owner) => owner.kind === kind && isOwner(owner.name)),
  ).length;
}
