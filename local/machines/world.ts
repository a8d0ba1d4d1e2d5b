/** What the simulation of machines knows and may ask while it works out where things stand. */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { Chance } from '../clouds/kit/chance.ts';
import type { CloudClock } from '../clouds/kit/clock.ts';
import { hasQuorum, type IsAlive } from './etcd.ts';
import type { Boot, ClusterRecord, MachineTables } from './machine-records.ts';
import type { MachineHost } from './port.ts';

/** The side of the simulated Kubernetes that machines touch: SimulatedClusters implements it. */
export interface ClusterObjects {
  secret(clusterId: string, namespace: string, name: string): JsonObject | undefined;
  /** A fault keeps its API servers from answering. */
  isDown(clusterId: string): boolean;
  forget(clusterId: string): void;
}

export interface World {
  readonly host: MachineHost;
  readonly tables: MachineTables;
  readonly chance: Chance;
  readonly clock: CloudClock;
  readonly clusters: ClusterObjects;
}

export const isUp = (boot: Boot | undefined): boolean => boot !== undefined && boot.lostAt === undefined;

/** Members of machines that do not run are dead, and so are those that have not started yet. */
export const memberIsAlive =
  ({ tables }: World): IsAlive =>
  ({ name, instanceId }) =>
    name !== '' && isUp(tables.boots.get(instanceId));

export const clusterOf = ({ tables }: World, boot: Boot): ClusterRecord | undefined =>
  boot.clusterId === undefined ? undefined : tables.clusters.get(boot.clusterId);

/** The API server of a machine lives and dies with the etcd beside it, and etcd with its quorum. */
export function serves(world: World, boot: Boot | undefined): boolean {
  if (boot?.apiSince === undefined || !isUp(boot)) return false;
  const cluster = clusterOf(world, boot);
  if (cluster === undefined || world.clusters.isDown(cluster.id)) return false;
  return runsEtcd(cluster, boot) && hasQuorum(cluster.etcd, memberIsAlive(world));
}

export const runsEtcd = ({ etcd }: ClusterRecord, boot: Boot): boolean =>
  isUp(boot) && etcd.members.some(({ instanceId, name }) => instanceId === boot.instance.id && name !== '');

/**
 * The cluster that answers at `host:port`; of several the one whose machine the load balancer names first. `from`: an
 * instance id, or `internet`.
 */
export function answering(world: World, endpoint: string, from: string): ClusterRecord | undefined {
  const [host = '', port = ''] = endpoint.split(':');
  for (const instanceId of world.host.behind(host, Number(port), from)) {
    const boot = world.tables.boots.get(instanceId);
    if (boot !== undefined && serves(world, boot)) return clusterOf(world, boot);
  }
  return undefined;
}
