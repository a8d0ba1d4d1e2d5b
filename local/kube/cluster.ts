/**
 * One simulated cluster at one moment: its machines, its stored objects, its faults and the time. Everything else in
 * this folder is a function of it. Nothing runs between requests.
 */
import type { EpochMs } from '../../lib/domain/time.ts';
import type { StoredFault } from './faults.ts';
import { type ApiObject, keyOf } from './object.ts';
import type { ObjectStore } from './object-store.ts';
import type { SelfManagedCluster, SimulatedMachine } from './port.ts';
import { type KubeResource, qualifiedName } from './resources.ts';

/** Wall milliseconds; who builds the clusters divides them by the speed. */
export interface ClusterTimes {
  /** From a machine's join to its node being Ready. */
  readonly nodeReadyMs: number;
  /** From a pod's eviction to its end. */
  readonly podStopMs: number;
}

export interface Cluster {
  readonly id: string;
  /** `v1.33.2`. */
  readonly version: string;
  /** Joined and lost ones, by name. */
  readonly machines: readonly SimulatedMachine[];
  /** Absent: the control plane is the cloud's. */
  readonly selfManaged?: SelfManagedCluster;
  readonly faults: readonly StoredFault[];
  readonly nowMs: EpochMs;
  /** The same moment as clients see it. */
  readonly wallNowMs: EpochMs;
  readonly times: ClusterTimes;
  readonly store: ObjectStore;
}

/** Stored objects of a resource, in the order of namespace and name. Nodes are not stored: see nodes.ts. */
export function stored(cluster: Cluster, resource: KubeResource): readonly ApiObject[] {
  return cluster.store.list(cluster.id, qualifiedName(resource)).map(([, body]) => asApiObject(body));
}

export function storedOne(cluster: Cluster, resource: KubeResource, key: string): ApiObject | undefined {
  const body = cluster.store.get(cluster.id, qualifiedName(resource), key);
  return body === undefined ? undefined : asApiObject(body);
}

/** Gives the object its next resource version and keeps it. */
export function keep(cluster: Cluster, resource: KubeResource, object: ApiObject): ApiObject {
  const resourceVersion = String(cluster.store.nextVersion(cluster.id));
  const kept = { ...object, metadata: { ...object.metadata, resourceVersion } };
  cluster.store.put(cluster.id, qualifiedName(resource), keyOf(kept), kept);
  return kept;
}

export function drop(cluster: Cluster, resource: KubeResource, object: ApiObject): void {
  cluster.store.nextVersion(cluster.id);
  cluster.store.delete(cluster.id, qualifiedName(resource), keyOf(object));
}

/** Only what was parsed on its way in is ever stored, so this is not parsed again: lists would pay for it. */
const asApiObject = (body: unknown): ApiObject => body as ApiObject;
