/**
 * What runs on the instances of a simulated cloud: cloud-init, kubeadm, etcd, API servers. Worked out from the clock at
 * each look; everything that happened is kept in the cloud's own records. The clusters that come of it are shown by
 * local/kube, for which this is a source of machines.
 */
import { seededChance } from '../clouds/kit/chance.ts';
import type { CloudClock } from '../clouds/kit/clock.ts';
import type { Records } from '../clouds/kit/records.ts';
import type { MachineSource } from '../kube/port.ts';
import { machinesOf, selfManagedView } from './cluster-view.ts';
import { bringUpToNow } from './history.ts';
import { type Boot, type ClusterRecord, machineTables, type SplitCluster } from './machine-records.ts';
import type { MachineHost, MachineSide } from './port.ts';
import { answering, type ClusterObjects, clusterOf, isUp, runsEtcd, serves, type World } from './world.ts';

export interface MachineSideOptions {
  readonly host: MachineHost;
  /** Asked late: the two sides need each other to be made. */
  readonly clusters: () => ClusterObjects;
  /** The cloud's own: a request that is undone there is undone here. */
  readonly records: Records;
  readonly clock: CloudClock;
  readonly seed: string;
}

/** The API servers that a connection reaches. */
export interface ReachedCluster {
  readonly id: string;
  /** PEM by path: the authority, with which its API servers' certificates are signed, is among them. */
  readonly keys: Readonly<Record<string, string>>;
  readonly endpoint: string;
  readonly certSans: readonly string[];
}

export interface SimulatedMachines extends MachineSide {
  readonly source: MachineSource;
  /** `undefined`: nobody answers at that address, as seen from the Internet. */
  reach(endpoint: string): ReachedCluster | undefined;
  /** Of all that kubeadm made and that are not gone. */
  clusterIds(): readonly string[];
  /** Clusters that were made twice: never right. */
  splitClusters(): readonly SplitCluster[];
}

const SSH = 22;
const API_SERVER = 6443;
const KUBELET = 10_250;
const ETCD = [2379, 2380];

export function createMachineSide({
  host,
  clusters,
  records,
  clock,
  seed,
}: MachineSideOptions): SimulatedMachines {
  const world: World = {
    host,
    clock,
    tables: machineTables(records),
    chance: seededChance(seed),
    clusters: {
      secret: (...at) => clusters().secret(...at),
      isDown: (id) => clusters().isDown(id),
      forget: (id) => clusters().forget(id),
    },
  };
  const now = onceAtATime(() => bringUpToNow(world));
  return {
    listens(instanceId, port) {
      now();
      const boot = world.tables.boots.get(instanceId);
      return boot !== undefined && isUp(boot) && accepts(world, boot, port);
    },
    gone(instanceId) {
      now();
      bury(world, instanceId);
    },
    source: sourceOf(world, now, records),
    reach(endpoint) {
      now();
      const reached = answering(world, endpoint, 'internet');
      records.commit();
      return reached;
    },
    clusterIds() {
      now();
      records.commit();
      return world.tables.clusters.values().map(({ id }) => id);
    },
    splitClusters: () => world.tables.splits.values(),
  };
}

/** The host asks who listens while it is asked who is behind a load balancer. */
function onceAtATime(work: () => void): () => void {
  let isBusy = false;
  return () => {
    if (isBusy) return;
    isBusy = true;
    try {
      work();
    } finally {
      isBusy = false;
    }
  };
}

function accepts(world: World, boot: Boot, port: number): boolean {
  if (port === SSH) return boot.stage !== 'starting';
  if (port === API_SERVER) return serves(world, boot);
  if (port === KUBELET) return boot.node !== undefined;
  const cluster = clusterOf(world, boot);
  return ETCD.includes(port) && cluster !== undefined && runsEtcd(cluster, boot);
}

/** Requests to a cluster are no requests to its cloud: what they find out is kept at once. */
function sourceOf(world: World, now: () => void, records: Records): MachineSource {
  const look = <T>(id: string, read: (cluster: ClusterRecord) => T): T | undefined => {
    now();
    const cluster = world.tables.clusters.get(id);
    const seen = cluster && read(cluster);
    records.commit();
    return seen;
  };
  return {
    machines: (id) => look(id, (cluster) => machinesOf(world, cluster)),
    version: (id) => look(id, ({ version }) => version),
    selfManaged: (id) =>
      look(id, (cluster) =>
        selfManagedView(world, cluster, {
          nodeDeleted(node) {
            forgetNode(world, cluster.id, node);
            records.commit();
          },
          etcdChanged(etcd) {
            world.tables.clusters.put(cluster.id, { ...cluster, etcd });
            records.commit();
          },
        }),
      ),
  };
}

/** The instance is gone for good. Its node stays until somebody deletes it, its etcd member until it is removed. */
function bury({ tables, clock, clusters }: World, instanceId: string): void {
  const boot = tables.boots.get(instanceId);
  if (boot === undefined) return;
  const { nextAt: _next, ...rest } = boot;
  if (boot.node === undefined || boot.isNodeDeleted) tables.boots.delete(instanceId);
  else tables.boots.put(instanceId, { ...rest, lostAt: boot.lostAt ?? clock.now(), isGone: true });
  const { clusterId } = boot;
  const others = tables.boots.values().filter((other) => other.clusterId === clusterId);
  if (clusterId === undefined || others.some(({ isGone }) => !isGone)) return;
  for (const other of others) tables.boots.delete(other.instance.id);
  tables.clusters.delete(clusterId);
  clusters.forget(clusterId);
}

function forgetNode({ tables }: World, clusterId: string, node: string): void {
  for (const boot of tables.boots.values()) {
    if (boot.clusterId !== clusterId || boot.node?.name !== node) continue;
    if (boot.isGone) tables.boots.delete(boot.instance.id);
    else tables.boots.put(boot.instance.id, { ...boot, isNodeDeleted: true });
  }
}
