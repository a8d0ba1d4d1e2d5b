/** The faults of the simulators behind the one shape that `/local/...` serves. */
import { ZodError } from 'zod';
import type { AzureSimulator } from '../clouds/azure/simulator.ts';
import type { FaultRequest } from '../clouds/kit/faults.ts';
import type { SimulatedClouds } from '../clouds/start.ts';
import { ClusterFault } from '../kube/faults.ts';
import { LocalProblem } from './exchange.ts';
import type { FaultDesk } from './routes.ts';

const UID_TAG = 'slipway_cluster_uid';

/** What a simulated cloud does with faults: both do it alike. */
type FaultyCloud = Pick<AzureSimulator, 'addFault' | 'listFaults' | 'removeFault' | 'clearFaults'>;

export function cloudFaults(cloud: FaultyCloud): FaultDesk {
  return {
    // The simulator parses what it is given; the cast only hands it over.
    add: (fault) => ({ id: checked(() => cloud.addFault(fault as FaultRequest)).id }),
    list: () => cloud.listFaults().map((fault) => ({ ...fault })),
    remove: (id) => cloud.removeFault(id),
    clear: () => cloud.clearFaults(),
  };
}

/** `uid`: our cluster's. It finds the simulated one by the tag that every resource of ours carries. */
export function clusterFaults(
  clouds: Pick<SimulatedClouds, 'azure' | 'machines' | 'clusters'>,
  uid: string,
): Omit<FaultDesk, 'remove'> | undefined {
  const id = managedCluster(clouds.azure, uid) ?? ownCluster(clouds.machines, uid);
  if (id === undefined) return undefined;
  const { faults } = clouds.clusters;
  return {
    add: (given) => {
      const fault = checked(() => ClusterFault.parse(given));
      requireNode(fault, clouds.clusters.nodeNames(id) ?? []);
      return { id: faults.add(id, fault).id };
    },
    list: () => faults.list(id).map(({ id: fault, fault: what }) => ({ id: fault, ...what })),
    clear: () => faults.clear(id),
  };
}

/** A fault that nothing will ever come of is a mistake in a name. */
function requireNode(fault: ClusterFault, names: readonly string[]): void {
  const node = 'node' in fault ? fault.node : undefined;
  if (node === undefined || names.includes(node)) return;
  const known = names.join(', ') || 'none yet';
  throw new LocalProblem(422, 'FAULT_INVALID', `node: the cluster has no node «${node}»; it has: ${known}.`);
}

function managedCluster(azure: SimulatedClouds['azure'], uid: string): string | undefined {
  const managed = azure
    .inventory()
    .find((item) => item.tags[UID_TAG] === uid && /managedClusters$/i.test(item.kind));
  return managed && azure.clusters().find((one) => one.id.toLowerCase() === managed.id.toLowerCase())?.uid;
}

/** Clusters on machines of their own are known by our uid. */
function ownCluster({ source }: SimulatedClouds['machines'], uid: string): string | undefined {
  return source.selfManaged?.(uid) === undefined ? undefined : uid;
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
