/**
 * Objects that the API server lets nobody change: an object with other values makes way for the new one. Volumes keep
 * what they were made with, so nothing is lost with the class that asked for them.
 * Source: kubernetes/kubernetes, pkg/apis/storage/validation (ValidateStorageClassUpdate)
 */
import { sameValue } from '../../domain/canonical.ts';
import { ok, type Result } from '../../domain/errors.ts';
import type { KubernetesObject } from '../../kube/port.ts';
import type { SelfManagedApi } from '../../kube/self-managed.ts';

const FIXED: Readonly<Record<string, readonly string[]>> = {
  StorageClass: ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
};

/** Repeating it changes nothing: what is gone, or as it is wanted, stays so. */
export async function makeWay(api: SelfManagedApi, wanted: KubernetesObject): Promise<Result<void>> {
  const fields = FIXED[wanted.kind];
  if (fields === undefined) return ok(undefined);
  const live = await api.read(wanted);
  if (!live.ok) return live;
  const { value } = live;
  const isSame = value === undefined || fields.every((field) => sameValue(value[field], wanted[field]));
  return isSame ? ok(undefined) : api.remove(wanted);
}
