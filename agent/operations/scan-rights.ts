/** Rights of a scan that has to look around: a service account for as long as the scan takes, and not longer. */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { type KubeOutcome, listAll } from '../kube/client.ts';
import type { ObjectRef } from '../kube/objects.ts';
import { MANAGED_BY, OURS } from '../packs/labels.ts';
import { OPERATION_LABEL } from './jobs.ts';
import type { OperationDeps } from './step.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';

const account = ({ namespace }: OperationDeps, name: string): ObjectRef => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  namespace,
  name,
});
const binding = (name: string): ObjectRef => ({ apiVersion: RBAC, kind: 'ClusterRoleBinding', name });

/** The service account is called like the operation. */
export async function giveRights(
  deps: OperationDeps,
  operation: string,
  role: string,
): Promise<KubeOutcome<void>> {
  const objects: readonly (readonly [ObjectRef, JsonObject])[] = [
    [account(deps, operation), {}],
    [binding(operation), bound(deps, operation, role)],
  ];
  for (const [ref, rest] of objects) {
    const { apiVersion, kind, ...named } = ref;
    const labels = { [MANAGED_BY]: OURS, [OPERATION_LABEL]: operation };
    const metadata = { ...named, labels };
    const given = await deps.objects.apply(ref, { apiVersion, kind, metadata, ...rest });
    if (!given.ok) return given;
  }
  return { ok: true, value: undefined };
}

/** The binding first: without it the account means nothing. What is gone already is gone. */
export async function takeRights(deps: OperationDeps, operation: string): Promise<void> {
  for (const ref of [binding(operation), account(deps, operation)]) await deps.objects.remove(ref, undefined);
}

const Labelled = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) });

/** Rights of operations that are over, whatever kept them from being taken back. */
export async function takeRightsOf(
  deps: OperationDeps,
  isOver: (operation: string) => boolean,
): Promise<KubeOutcome<void>> {
  const listed = await listAll(deps.kube, {
    path: `/apis/${RBAC}/clusterrolebindings`,
    query: { labelSelector: `${MANAGED_BY}=${OURS},${OPERATION_LABEL}` },
    item: Labelled,
  });
  if (!listed.ok) return listed;
  const operations = listed.value.map(({ metadata }) => metadata.labels[OPERATION_LABEL] ?? '');
  for (const operation of operations.filter(isOver)) await takeRights(deps, operation);
  return { ok: true, value: undefined };
}

const bound = ({ namespace }: OperationDeps, name: string, roleName: string): JsonObject => ({
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: roleName },
  subjects: [{ kind: 'ServiceAccount', name, namespace }],
});
