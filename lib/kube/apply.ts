/**
 * Server-side apply as field manager `slipway`: the API server merges, so repeating it changes nothing and fields of
 * others stay theirs. `force`: what we apply is ours, even where someone edited it by hand.
 * Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/
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

/** Applies objects over one connection; what a group serves is asked once. */
export function applier(client: KubeClient): (object: KubernetesObject) => Promise<Result<void>> {
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

  return async (object) => {
    const resources = await resourcesOf(object.apiVersion);
    if (!resources.ok) return resources;
    // `deployments/scale` also has a kind; only the resource itself is applied to.
    const resource = resources.value.find(({ name, kind }) => kind === object.kind && !name.includes('/'));
    if (resource === undefined) return { ok: false, error: unknownKind(object) };
    return send(client, object, resource);
  };
}

async function send(
  client: KubeClient,
  object: KubernetesObject,
  resource: Resources[number],
): Promise<Result<void>> {
  const { name, namespace = 'default' } = object.metadata;
  const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const query = new URLSearchParams({ fieldManager: FIELD_MANAGER, force: 'true' });
  const answer = await client.send({
    operation: `${resource.name}.apply`,
    method: 'PATCH',
    path: `${groupPath(object.apiVersion)}${scope}/${encodeURIComponent(resource.name)}/${encodeURIComponent(name)}?${query}`,
    // JSON is YAML: the content type's name says apply, not the syntax.
    contentType: 'application/apply-patch+yaml',
    body: object,
    shape: z.unknown(),
  });
  return answer.ok ? ok(undefined) : answer;
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
