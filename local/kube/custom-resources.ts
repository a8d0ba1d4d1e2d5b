/**
 * Resources that a cluster defines itself: what its CustomResourceDefinitions say is served like any other. Schemas are
 * not checked. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
import { z } from 'zod';
import { type Cluster, drop, stored } from './cluster.ts';
import { type ApiObject, timestamp } from './object.ts';
import { type KubeResource, RESOURCES, resource } from './resources.ts';

const DEFINITIONS = resource('customresourcedefinitions');

const Definition = z.object({
  group: z.string(),
  scope: z.enum(['Namespaced', 'Cluster']),
  names: z.object({ plural: z.string(), kind: z.string(), shortNames: z.array(z.string()).default([]) }),
  versions: z.array(z.object({ name: z.string(), served: z.boolean() })),
});

export function servedResources(cluster: Cluster): readonly KubeResource[] {
  const definitions = stored(cluster, DEFINITIONS);
  return definitions.length === 0 ? RESOURCES : [...RESOURCES, ...definitions.flatMap(resourcesOf)];
}

function resourcesOf({ spec }: ApiObject): readonly KubeResource[] {
  const parsed = Definition.safeParse(spec);
  if (!parsed.success) return [];
  const { group, scope, names, versions } = parsed.data;
  return versions
    .filter(({ served }) => served)
    .map(({ name: version }) => ({ group, version, ...names, namespaced: scope === 'Namespaced' }));
}

/** What is served of a definition ends with it. */
export function dropInstances(cluster: Cluster, definition: ApiObject): void {
  for (const kind of resourcesOf(definition)) {
    for (const object of stored(cluster, kind)) drop(cluster, kind, object);
  }
}

/** Clients wait for this before they make any. */
export function definitionStatus({ spec, metadata }: ApiObject) {
  const names = Definition.safeParse(spec).data?.names;
  const at = metadata.creationTimestamp ?? timestamp(0);
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: at,
    reason,
    message,
  });
  return {
    ...(names === undefined ? {} : { acceptedNames: names }),
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
  };
}
