/**
 * Objects of any kind, as packs bring them: where they lie in the API is asked of the API server itself, and what is
 * written is written as it is, so that fields which this program has never heard of stay.
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { FIELD_MANAGER } from '../version.ts';
import type { KubeClient, KubeFailure, KubeOutcome } from './client.ts';

export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Absent: none, or `default`. */
  readonly namespace?: string;
}

export type LiveObject = z.output<typeof Live>;

const Text = z.record(z.string(), z.string()).nullish();
const Live = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string().optional(),
    generation: z.number().optional(),
    labels: Text,
    annotations: Text,
    deletionTimestamp: z.string().nullish(),
  }),
});

export interface KubeObjects {
  /** Server-side, with force: what the pack says holds. Answers the object as it is now, its status included. */
  apply(ref: ObjectRef, object: JsonObject): Promise<KubeOutcome<LiveObject>>;
  /** `undefined`: there is none, or no such kind any more. */
  get(ref: ObjectRef): Promise<KubeOutcome<LiveObject | undefined>>;
  /** Only the very object with that uid. One that is gone already is gone. */
  remove(ref: ObjectRef, uid: string | undefined): Promise<KubeOutcome<void>>;
}

/** The cluster does not serve this kind (yet): its CustomResourceDefinition may come with a later object. */
export const isUnknownKind = ({ reason }: KubeFailure): boolean => reason === UNKNOWN_KIND;
const UNKNOWN_KIND = 'UnknownKind';

const Resources = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});
type Resource = z.output<typeof Resources>['resources'][number];

export function kubeObjects(kube: KubeClient): KubeObjects {
  const pathOf = paths(kube);
  return {
    async apply(ref, object) {
      const path = await pathOf(ref);
      if (!path.ok) return path;
      return kube.send({
        method: 'PATCH',
        path: `${path.value}?fieldManager=${FIELD_MANAGER}&force=true`,
        contentType: 'application/apply-patch+yaml',
        body: object,
        shape: Live,
      });
    },
    async get(ref) {
      const path = await pathOf(ref);
      if (!path.ok) return absentKind(path, undefined);
      const answer = await kube.send({ method: 'GET', path: path.value, shape: Live });
      return !answer.ok && answer.error.status === 404 ? { ok: true, value: undefined } : answer;
    },
    async remove(ref, uid) {
      const path = await pathOf(ref);
      if (!path.ok) return absentKind(path, undefined);
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      };
      const answer = await kube.send({ method: 'DELETE', path: path.value, body, shape: z.unknown() });
      // 409: another object has that name by now, and it is not ours to delete.
      const gone = answer.ok || answer.error.status === 404 || answer.error.status === 409;
      return gone ? { ok: true, value: undefined } : answer;
    },
  };
}

function absentKind<T>(path: { readonly ok: false; readonly error: KubeFailure }, value: T): KubeOutcome<T> {
  return isUnknownKind(path.error) ? { ok: true, value } : path;
}

/** Kinds by group and version, asked again when one is missing: it may have been defined just now. */
function paths(kube: KubeClient): (ref: ObjectRef) => Promise<KubeOutcome<string>> {
  const known = new Map<string, readonly Resource[]>();
  const find = (ref: ObjectRef) => known.get(ref.apiVersion)?.find(({ kind }) => kind === ref.kind);
  return async (ref) => {
    let resource = find(ref);
    if (resource === undefined) {
      const listed = await kube.send({ method: 'GET', path: groupPath(ref.apiVersion), shape: Resources });
      if (!listed.ok && listed.error.status !== 404) return listed;
      // Subresources are listed with their owner's kind.
      if (listed.ok)
        known.set(
          ref.apiVersion,
          listed.value.resources.filter(({ name }) => !name.includes('/')),
        );
      resource = find(ref);
    }
    return resource === undefined ? unknownKind(ref) : { ok: true, value: pathIn(resource, ref) };
  };
}

function pathIn(
  { name: plural, namespaced }: Resource,
  { apiVersion, name, namespace = 'default' }: ObjectRef,
): string {
  const scope = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupPath(apiVersion)}${scope}/${plural}/${encodeURIComponent(name)}`;
}

const groupPath = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

const unknownKind = ({ apiVersion, kind }: ObjectRef): KubeOutcome<never> => ({
  ok: false,
  error: {
    status: 404,
    reason: UNKNOWN_KIND,
    message: `The cluster does not serve ${kind} of ${apiVersion}.`,
  },
});
