/** POST, PUT and PATCH: who may write over whom, and what the server adds to what is written. */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { attributesOf } from './access/attributes.ts';
import { refuseEscalation } from './access/escalation.ts';
import { admit } from './admission.ts';
import { mayDo } from './authorize.ts';
import { asObject, readBody } from './bodies.ts';
import { type Cluster, keep } from './cluster.ts';
import { refuseFixed } from './fixed-fields.ts';
import { mergePatch, sameJson } from './merge.ts';
import { withNodePorts } from './node-ports.ts';
import { keepNode } from './nodes.ts';
import { type ApiObject, isJsonObject, timestamp, uidFor } from './object.ts';
import { applyTo, ownChanges, type Writer } from './ownership.ts';
import { podSuffix } from './pods.ts';
import { checkVersion, isDryRun, requireOne } from './preconditions.ts';
import { findOne, type Named } from './reads.ts';
import { finalize } from './removal.ts';
import type { ApiRequest, AuthorizedRequest, Target } from './request.ts';
import { type KubeResource, resource } from './resources.ts';
import {
  alreadyExists,
  badRequest,
  forbidden,
  methodNotAllowed,
  notFound,
  unsupportedMediaType,
} from './status-error.ts';

const PATCH_TYPES = [
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

export function create(cluster: Cluster, target: Target, request: AuthorizedRequest): ApiObject {
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
  const made = ownChanges(undefined, fresh(cluster, at, object), writer(cluster, request));
  return keepWritten(cluster, request, target.resource, undefined, made);
}

export function replace(cluster: Cluster, at: Named, request: AuthorizedRequest): ApiObject {
  const live = requireOne(cluster, at);
  const next = asObject(at, readBody(request));
  checkVersion(at, live, next.metadata.resourceVersion);
  return keepChanged(cluster, request, at, live, next);
}

export function patch(cluster: Cluster, at: Named, request: AuthorizedRequest): ApiObject {
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
      return keepChanged(cluster, request, at, live, asObject(at, mergePatch(live, body)));
    }
    default:
      throw unsupportedMediaType(type, PATCH_TYPES);
  }
}

function serverSideApply(cluster: Cluster, at: Named, request: AuthorizedRequest): ApiObject {
  const manager = request.query.get('fieldManager');
  if (!manager)
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  const live = findOne(cluster, at);
  if (live === undefined && at.resource.plural === 'nodes') throw notFound(at.resource, at.name);
  if (live === undefined) requireCreate(cluster, at, request);
  const config = admitted(at, readBody(request));
  checkVersion(at, live, config.metadata.resourceVersion);
  const force = request.query.get('force') === 'true';
  const merged = applyTo(live, config, { ...writer(cluster, request), manager, force });
  const next = live === undefined ? fresh(cluster, at, merged) : identified(live, merged);
  return keepWritten(cluster, request, at.resource, live, next);
}

/** Who applies what is not there creates it. */
function requireCreate(cluster: Cluster, at: Named, request: AuthorizedRequest): void {
  const asked = { ...attributesOf(request), verb: 'create' };
  if (!mayDo(cluster, request.asker, asked)) throw forbidden(request.asker.name, asked);
  requireNamespace(cluster, at);
}

/** Applied configurations own what they say only: defaults are for objects that are new. */
const admitted = (at: Named, body: JsonObject): ApiObject => {
  const object = asObject(at, body);
  return object.kind === 'Secret' ? admit(object) : object;
};

function keepChanged(
  cluster: Cluster,
  request: AuthorizedRequest,
  at: Named,
  live: ApiObject,
  next: ApiObject,
): ApiObject {
  const changed = ownChanges(live, identified(live, next), writer(cluster, request));
  return keepWritten(cluster, request, at.resource, live, changed);
}

function keepWritten(
  cluster: Cluster,
  request: AuthorizedRequest,
  of: KubeResource,
  live: ApiObject | undefined,
  wanted: ApiObject,
): ApiObject {
  refuseEscalation(cluster, request, of, wanted);
  const written = of.plural === 'services' ? withNodePorts(cluster, live, wanted) : wanted;
  // A write that changes nothing is no new version.
  if (live !== undefined && sameJson(content(live), content(written))) return live;
  if (live !== undefined) refuseFixed(of, live, written);
  const changed = live !== undefined && !sameJson(live.spec, written.spec);
  const generation = (live?.metadata.generation ?? 0) + (live === undefined || changed ? 1 : 0);
  const next = { ...written, metadata: { ...written.metadata, generation } };
  if (isDryRun(request)) return next;
  if (of.plural === 'nodes') return keepNode(cluster, written);
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

function requireNamespace(cluster: Cluster, { resource: of, namespace }: Target): void {
  if (!of.namespaced) return;
  const name = namespace ?? '';
  if (findOne(cluster, { resource: resource('namespaces'), name }) === undefined) {
    throw notFound(resource('namespaces'), name);
  }
}

/** The field manager that was named, or the program that speaks, as API servers guess it. */
function writer(cluster: Cluster, request: ApiRequest): Writer {
  const program = (request.headers['user-agent'] ?? '').split('/')[0]?.trim();
  return { manager: request.query.get('fieldManager') || program || 'unknown', at: timestamp(cluster.nowMs) };
}
