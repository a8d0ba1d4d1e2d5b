/**
 * Objects of any kind: read, removed, and written by server-side apply as field manager `slipway`. The API server
 * merges, so repeating it changes nothing and fields of others stay theirs. `force`: what we apply is ours, even where
 * someone edited it by hand. Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
import { z } from 'zod';
import { ok, type Result } from '../domain/errors.ts';
import type { KubeClient, KubeOutcome } from './client.ts';
import { unexpected } from './errors.ts';
import type { KubernetesObject } from './port.ts';

export const FIELD_MANAGER = 'slipway';

/** https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#APIResourceList */
const ResourceList = z.object({
  resources: z.array(
    z.object({ name: z.string().max(253), kind: z.string().max(253), namespaced: z.boolean() }),
  ),
});
type Resources = z.output<typeof ResourceList>['resources'];

export interface ObjectAccess {
  apply(object: KubernetesObject): Promise<Result<void>>;
  /** The object as it is now; `undefined`: there is none, or nothing that serves its kind. */
  read(object: KubernetesObject): Promise<Result<KubernetesObject | undefined>>;
  /** Gone already is a success. */
  remove(object: KubernetesObject): Promise<Result<void>>;
}

/** Objects of any kind over one connection; what a group serves is asked once. */
export function objectAccess(client: KubeClient): ObjectAccess {
  const known = new Map<string, Resources>();

  async function resourcesOf(apiVersion: string): Promise<KubeOutcome<Resources>> {
    const held = known.get(apiVersion);
    if (held !== undefined) return { ok: true, value: held };
    const path = groupPath(apiVersion);
    const answer = await client.send({
      operation: 'discovery.get',
      method: 'GET',
      path,
      shape: ResourceList,
    });
    if (!answer.ok) return answer;
    known.set(apiVersion, answer.value.resources);
    return { ok: true, value: answer.value.resources };
  }

  async function resourceOf(object: KubernetesObject): Promise<KubeOutcome<Resources[number] | undefined>> {
    const resources = await resourcesOf(object.apiVersion);
    if (!resources.ok) return resources;
    // `deployments/scale` also has a kind; only the resource itself is applied to.
    const value = resources.value.find(({ name, kind }) => kind === object.kind && !name.includes('/'));
    return { ok: true, value };
  }

  return {
    async apply(object) {
      const resource = await resourceOf(object);
      if (!resource.ok) return resource;
      if (resource.value === undefined) return { ok: false, error: unknownKind(object) };
      return send(client, object, resource.value);
    },
    async read(object) {
      const resource = await resourceOf(object);
      if (resource.ok && resource.value !== undefined) return get(client, object, resource.value);
      const isUnserved = resource.ok || resource.error.code === 'NotFound';
      return isUnserved ? ok(undefined) : resource;
    },
    async remove(object) {
      const resource = await resourceOf(object);
      if (!resource.ok) return resource;
      return resource.value === undefined ? ok(undefined) : deleted(client, object, resource.value);
    },
  };
}

async function send(
  client: KubeClient,
  object: KubernetesObject,
  resource: Resources[number],
): Promise<Result<void>> {
  const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, force: 'true' });
  const answer = await client.send({
    operation: `${resource.name}.apply`,
    method: 'PATCH',
    path: `${pathOf(object, resource)}?${query}`,
    // JSON is YAML: the content type's name says apply, not the syntax.
    contentType: 'application/apply-patch+yaml',
    body: object,
    shape: z.unknown(),
  });
  return answer.ok ? ok(undefined) : answer;
}

const AnyObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

async function get(
  client: KubeClient,
  object: KubernetesObject,
  resource: Resources[number],
): Promise<Result<KubernetesObject | undefined>> {
  const answer = await client.send({
    operation: `${resource.name}.get`,
    method: 'GET',
    path: pathOf(object, resource),
    shape: AnyObject,
  });
  if (answer.ok) return ok(answer.value);
  return answer.error.code === 'NotFound' ? ok(undefined) : answer;
}

async function deleted(
  client: KubeClient,
  object: KubernetesObject,
  resource: Resources[number],
): Promise<Result<void>> {
  const answer = await client.send({
    operation: `${resource.name}.delete`,
    method: 'DELETE',
    path: pathOf(object, resource),
    shape: z.unknown(),
  });
  return answer.ok || answer.error.code === 'NotFound' ? ok(undefined) : answer;
}

function pathOf({ apiVersion, metadata }: KubernetesObject, resource: Resources[number]): string {
  const { name, namespace = 'default' } = metadata;
  const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupPath(apiVersion)}${scope}/${encodeURIComponent(resource.name)}/${encodeURIComponent(name)}`;
}

/** `v1` is the core group and lives under /api. */
function groupPath(apiVersion: string): string {
  const segments = apiVersion.split('/').map(encodeURIComponent).join('/');
  return apiVersion.includes('/') ? `/apis/${segments}` : `/api/${segments}`;
}

function unknownKind({ apiVersion, kind }: KubernetesObject) {
  return {
    ...unexpected('discovery.get', `The cluster does not serve ${kind} in ${apiVersion}.`),
    code: 'NotFound' as const,
  };
}
