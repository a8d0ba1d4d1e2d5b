/** The faults of the simulators behind the one shape that `/local/...` serves. */
import { ZodError } from 'zod';
import type { AzureSimulator } from '../clouds/azure/simulator.ts';
import type { FaultRequest } from '../clouds/kit/faults.ts';
import type { SimulatedClouds } from '../clouds/start.ts';
import { ClusterFault } from '../kube/faults.ts';
import { LocalProblem } from './exchange.ts';
import type { FaultDesk } from './routes.ts';

const UID_TAG = 'slipway_cluster_uid';

export function azureFaults(azure: AzureSimulator): FaultDesk {
  return {
    // The simulator parses what it is given; the cast only hands it over.
    add: (fault) => ({ id: checked(() => azure.addFault(fault as FaultRequest)).id }),
    list: () => azure.listFaults().map((fault) => ({ ...fault })),
    remove: (id) => azure.removeFault(id),
    clear: () => azure.clearFaults(),
  };
}

/** `uid`: our cluster's. It finds the simulated one by the tag that every resource of ours carries. */
export function clusterFaults(
  { azure, clusters }: Pick<SimulatedClouds, 'azure' | 'clusters'>,
  uid: string,
): Omit<FaultDesk, 'remove'> | undefined {
  const managed = azure
    .inventory()
    .find((item) => item.tags[UID_TAG] === uid && /managedClusters$/i.test(item.kind));
  const cluster =
    managed && azure.clusters().find((one) => one.id.toLowerCase() === managed.id.toLowerCase());
  if (!cluster) return undefined;
  return {
    add: (fault) => ({
      id: clusters.faults.add(
        cluster.uid,
        checked(() => ClusterFault.parse(fault)),
      ).id,
    }),
    list: () => clusters.faults.list(cluster.uid).map(({ id, fault }) => ({ id, ...fault })),
    clear: () => clusters.faults.clear(cluster.uid),
  };
}

function checked<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    const words = error.issues.map((issue) => `${issue.path.join('/') || 'body'}: ${issue.message}`);
    throw new LocalProblem(422, 'FAULT_INVALID', words.join('; '));
  }
}
