/**
 * Fields that API servers let nobody change once an object is there, for the kinds whose writers depend on it.
 * Source: kubernetes/kubernetes, pkg/apis/storage/validation (ValidateStorageClassUpdate)
 */
import { sameJson } from './merge.ts';
import type { ApiObject } from './object.ts';
import type { KubeResource } from './resources.ts';
import { invalid } from './status-error.ts';

/** With the defaults that an API server fills in when they are left out. */
const FIXED: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  storageclasses: {
    parameters: undefined,
    provisioner: undefined,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  },
};

export function refuseFixed(of: KubeResource, live: ApiObject, written: ApiObject): void {
  const causes = Object.entries(FIXED[of.plural] ?? {})
    .filter(([field, otherwise]) => !sameJson(live[field] ?? otherwise, written[field] ?? otherwise))
    .map(([field]) => `${field}: Forbidden: updates to ${field} are forbidden.`);
  if (causes.length === 0) return;
  const told = causes.length === 1 ? causes.join('') : `[${causes.join(', ')}]`;
  throw invalid(`${live.kind}.${of.group} "${live.metadata.name}" is invalid: ${told}`);
}
