/** POST, PUT, PATCH and DELETE: who may write over whom, and what the server adds to what is written. */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { admit } from './admission.ts';
import { asObject, readBody } from './bodies.ts';
import { type Cluster, drop, keep, stored } from './cluster.ts';
import { refuseFixed } from './fixed-fields.ts';
import { mergePatch, sameJson } from './merge.ts';
import { deleteNode, keepNode } from './nodes.ts';
import { type ApiObject, isJsonObject, timestamp, uidFor } from './object.ts';
import { applyTo, ownChanges, type Writer } from './ownership.ts';
import { podSuffix, removeNow, terminate } from './pods.ts';
import { findOne, type Named } from './reads.ts';
import type { ApiRequest, Target } from './request.ts';
import { type KubeResource, RESOURCES, resource } from './resources.ts';
import {
  alreadyExists,
  badRequest,
  methodNotAllowed,
  modified,
  notFound,
  unsupportedMediaType,
} from './status-error.ts';

const PATCH_TYPES = [
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

const DeleteOptions = z.object({
  gracePeriodSeconds: z.number().int().nonnegative().nullish(),
  preconditions: z.object({ uid: z.string().nullish(), resourceVersion: z.string().nullish() }).nullish(),
});

export function create(cluster: Cluster, target: Target, request: ApiRequest): ApiObject {
  // Machines register their own nodes.
  if (target.resource.plural === 'nodes') throw methodNotAllowed();
  const body = readBody(request);
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  const name =
    metadata.name ?? `${metadata.generateName ?? ''}${podSuffix(cluster, String(metadata.generateName))}`;
  const object = asObject(target, { ...body, metadata: { ...metadata, name } });
  const at = { ...target, name: object.metadata.name };
  requireNamespace(cluster, target);
  if (findOne(cluster, at) !== undefined) throw alreadyExists(target.resource, at.name);
  return keepWritten(
    cluster,
    target.resource,
    undefined,
    ownChanges(undefined, fresh(cluster, at, object), writer(cluster, request)),
  );
}

export function replace(cluster: Cluster, at: Named, request: ApiRequest): ApiObject {
  const live = requireOne(cluster, at);
  const next = asObject(at, readBody(request));
  checkVersion(at, live, next.metadata.resourceVersion);
  return keepWritten(
    cluster,
    at.resource,
    live,
    ownChanges(live, identified(live, next), writer(cluster, request)),
  );
}

export function patch(cluster: Cluster, at: Named, request: ApiRequest): ApiObject {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  switch (type) {
    case 'application/apply-patch+yaml':
      return serverSideApply(cluster, at, request);
    // Lists of strategic patches are replaced whole: enough for cordon, labels, annotations and scaling.
    case 'application/strategic-merge-patch+json':
    case 'application/merge-patch+json': {
      const live = requireOne(cluster, at);
      const body = readBody(request);
      const metadata = isJsonObject(body.metadata) ? body.metadata : {};
      checkVersion(
        at,
        live,
        typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : undefined,
      );
      const next = asObject(at, mergePatch(live, body));
      return keepWritten(
        cluster,
        at.resource,
        live,
        ownChanges(live, identified(live, next), writer(cluster, request)),
      );
    }
    default:
      throw unsupportedMediaType(type, PATCH_TYPES);
  }
}

function serverSideApply(cluster: Cluster, at: Named, request: ApiRequest): ApiObject {
  const manager = request.query.get('fieldManager');
  if (!manager)
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  const live = findOne(cluster, at);
  if (live === undefined && at.resource.plural === 'nodes') throw notFound(at.resource, at.name);
  if (live === undefined) requireNamespace(cluster, at);
  const config = admitted(at, readBody(request));
  checkVersion(at, live, config.metadata.resourceVersion);
  const force = request.query.get('force') === 'true';
  const merged = applyTo(live, config, { ...writer(cluster, request), manager, force });
  const next = live === undefined ? fresh(cluster, at, merged) : identified(live, merged);
  return keepWritten(cluster, at.resource, live, next);
}

/** Applied configurations own what they say only: defaults are for objects that are new. */
const admitted = (at: Named, body: JsonObject): ApiObject => {
  const object = asObject(at, body);
  return object.kind === 'Secret' ? admit(object) : object;
};

export function remove(cluster: Cluster, at: Named, request: ApiRequest): ApiObject {
  const live = requireOne(cluster, at);
  const options = DeleteOptions.parse(request.body === '' ? {} : readBody(request));
  checkVersion(at, live, options.preconditions?.resourceVersion ?? undefined);
  if (options.preconditions?.uid && options.preconditions.uid !== live.metadata.uid)
    throw modified(at.resource, at.name);
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
  }
  return finalize(cluster, at.resource, live);
}

function graceOf(options: z.output<typeof DeleteOptions>, request: ApiRequest): number | undefined {
  const asked = request.query.get('gracePeriodSeconds');
  return options.gracePeriodSeconds ?? (asked === null ? undefined : Number(asked));
}

/** Gone at once, or marked and kept until its finalizers are taken off. */
function finalize(cluster: Cluster, of: KubeResource, live: ApiObject): ApiObject {
  if ((live.metadata.finalizers ?? []).length === 0) {
    drop(cluster, of, live);
    return live;
  }
  const deletionTimestamp = live.metadata.deletionTimestamp ?? timestamp(cluster.nowMs);
  return keep(cluster, of, { ...live, metadata: { ...live.metadata, deletionTimestamp } });
}

function emptyNamespace(cluster: Cluster, namespace: string): void {
  for (const kind of RESOURCES.filter(({ namespaced }) => namespaced)) {
    for (const object of stored(cluster, kind)) {
      if (object.metadata.namespace === namespace) finalize(cluster, kind, object);
    }
  }
}

function keepWritten(
  cluster: Cluster,
  of: KubeResource,
  live: ApiObject | undefined,
  written: ApiObject,
): ApiObject {
  // A write that changes nothing is no new version.
  if (live !== undefined && sameJson(content(live), content(written))) return live;
  if (of.plural === 'nodes') return keepNode(cluster, written);
  if (live !== undefined) refuseFixed(of, live, written);
  const changed = live !== undefined && !sameJson(live.spec, written.spec);
  const generation = (live?.metadata.generation ?? 0) + (live === undefined || changed ? 1 : 0);
  const next = { ...written, metadata: { ...written.metadata, generation } };
  if (next.metadata.deletionTimestamp !== undefined && of.plural !== 'pods')
    return finalize(cluster, of, next);
  return keep(cluster, of, next);
}

/** Everything but what every write touches. */
const content = (object: ApiObject) => ({
  ...object,
  metadata: {
    ...object.metadata,
    resourceVersion: undefined,
    generation: undefined,
    managedFields: object.metadata.managedFields?.map(({ time: _time, ...entry }) => entry),
  },
});

function fresh(cluster: Cluster, { resource: of, namespace, name }: Named, object: ApiObject): ApiObject {
  const uid = uidFor(
    `${cluster.id}/${of.plural}/${namespace ?? ''}/${name}/${cluster.store.version(cluster.id)}`,
  );
  const creationTimestamp = timestamp(cluster.nowMs);
  return admit({
    ...object,
    metadata: { ...object.metadata, uid, creationTimestamp, deletionTimestamp: undefined },
  });
}

/** What a writer cannot change. */
function identified(live: ApiObject, next: ApiObject): ApiObject {
  const { uid, creationTimestamp, deletionTimestamp, resourceVersion } = live.metadata;
  const given = {
    ...next,
    metadata: { ...next.metadata, uid, creationTimestamp, deletionTimestamp, resourceVersion },
  };
  return given.kind === 'Secret' ? admit(given) : given;
}

function requireOne(cluster: Cluster, at: Named): ApiObject {
  const live = findOne(cluster, at);
  if (live === undefined) throw notFound(at.resource, at.name);
  return live;
}

function requireNamespace(cluster: Cluster, { resource: of, namespace }: Target): void {
  if (!of.namespaced) return;
  const name = namespace ?? '';
  if (findOne(cluster, { resource: resource('namespaces'), name }) === undefined) {
    throw notFound(resource('namespaces'), name);
  }
}

function checkVersion(at: Named, live: ApiObject | undefined, version: string | undefined): void {
  if (version !== undefined && version !== '' && version !== live?.metadata.resourceVersion) {
    throw modified(at.resource, at.name);
  }
}

/** The field manager that was named, or the program that speaks, as API servers guess it. */
function writer(cluster: Cluster, request: ApiRequest): Writer {
  const program = (request.headers['user-agent'] ?? '').split('/')[0]?.trim();
  return { manager: request.query.get('fieldManager') || program || 'unknown', at: timestamp(cluster.nowMs) };
}
