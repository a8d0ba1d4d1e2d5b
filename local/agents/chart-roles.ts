/** Rights that charts give their programs, and objects of theirs that are there only while they are installed. */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { clusterBinding, marks, type Release } from './chart-objects.ts';

const RBAC = 'rbac.authorization.k8s.io';
/** https://helm.sh/docs/topics/charts_hooks/ */
const HOOK = 'helm.sh/hook';

export function clusterRole(
  release: Release,
  name: string,
  rules: readonly JsonObject[],
): readonly JsonObject[] {
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name, ...marks(release) }, rules },
    clusterBinding(release, name, name, name),
  ];
}

/** In the namespace of the release, for the service account of the same name. */
export function namespaceRole(
  release: Release,
  name: string,
  rules: readonly JsonObject[],
): readonly JsonObject[] {
  const { namespace } = release;
  const metadata = { name, namespace, ...marks(release) };
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

/** The object before the rest, and gone when that succeeded. */
export function hook(object: JsonObject): JsonObject {
  const { metadata } = object;
  const named = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  return { ...object, metadata: { ...named, annotations: { [HOOK]: 'pre-install,pre-upgrade' } } };
}

export const isHook = ({ metadata }: JsonObject): boolean =>
  JSON.stringify(metadata ?? {}).includes(`"${HOOK}"`);
