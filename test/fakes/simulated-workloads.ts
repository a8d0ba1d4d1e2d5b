/** A workload API over the machines of the simulated Azure: nodes are Ready once their machine runs, drains succeed. */

import { ok } from '../../lib/domain/errors.ts';
import { toInstant } from '../../lib/domain/time.ts';
import type { KubernetesObject, WorkloadApi, WorkloadNode } from '../../lib/kube/port.ts';
import type { AzureSimulator } from '../../local/clouds/azure/simulator.ts';

export function workloadsOf(azure: AzureSimulator): WorkloadApi {
  const cordoned = new Set<string>();
  const applied = new Map<string, KubernetesObject>();
  const keyOf = ({ kind, metadata: { name, namespace = '' } }: KubernetesObject) =>
    `${kind}/${namespace}/${name}`;
  const nodes = (): readonly WorkloadNode[] =>
    azure.clusters().flatMap((cluster) =>
      azure.machines(cluster.id).map((machine) => ({
        name: machine.name,
        providerId: machine.providerId,
        labels: { ...machine.labels, 'kubernetes.azure.com/agentpool': machine.pool },
        taints: [],
        ready: machine.state === 'Running',
        unschedulable: cordoned.has(machine.name),
        ...(cordoned.has(machine.name) ? { cordonedByUs: true } : {}),
        ...(machine.zone === undefined ? {} : { zone: machine.zone }),
        kubeletVersion: machine.version,
        createdAt: toInstant(machine.createdAt),
        conditions: [],
      })),
    );
  return {
    version: async () => ok('v1.33.2'),
    listNodes: async () => ok(nodes()),
    async cordon(node) {
      cordoned.add(node);
      return ok(undefined);
    },
    async uncordon(node) {
      cordoned.delete(node);
      return ok(undefined);
    },
    drain: async () => ok({ state: 'drained' }),
    async apply(object) {
      applied.set(keyOf(object), object);
      return ok(undefined);
    },
    read: async (object) => ok(applied.get(keyOf(object))),
  };
}
