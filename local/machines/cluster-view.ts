/** The clusters that machines made, as local/kube shows them. */
import type { ControlPlaneComponent } from '../../lib/kube/self-managed.ts';
import type { InitialToken, KubeadmNode, SelfManagedCluster, SimulatedMachine } from '../kube/port.ts';
import { hasQuorum } from './etcd.ts';
import { etcdctl } from './etcdctl.ts';
import type { Boot, ClusterRecord, EtcdCluster, JoinedNode } from './machine-records.ts';
import { CLUSTER_CA } from './pki-files.ts';
import { isUp, memberIsAlive, runsEtcd, serves, type World } from './world.ts';

/** What our control plane labels its nodes with. */
const POOL = 'slipway.io/pool';

/** `undefined`: no API server of it answers. */
export function machinesOf(world: World, cluster: ClusterRecord): readonly SimulatedMachine[] | undefined {
  const boots = world.tables.boots.values().filter(({ clusterId }) => clusterId === cluster.id);
  if (!boots.some((boot) => serves(world, boot))) return undefined;
  return boots.flatMap((boot) =>
    boot.node === undefined || boot.isNodeDeleted ? [] : [machineOf(world, cluster, boot, boot.node)],
  );
}

function machineOf(world: World, cluster: ClusterRecord, boot: Boot, node: JoinedNode): SimulatedMachine {
  const { instance, lostAt } = boot;
  return {
    name: node.name,
    pool: node.labels[POOL] ?? '',
    zone: instance.zone,
    region: instance.region,
    instanceType: instance.instanceType,
    providerId: instance.providerId,
    kubeletVersion: node.kubeletVersion,
    state: lostAt === undefined ? 'joined' : 'lost',
    ...(lostAt === undefined ? {} : { lostAt }),
    joinedAt: node.joinedAt,
    labels: node.labels,
    taints: node.taints,
    cpuMilli: instance.cpuMilli,
    memoryBytes: instance.memoryBytes,
    kubeadm: {
      internalIp: instance.privateIp,
      awaitsCloud: node.externalCloud,
      instance: cloudAnswer(boot, node),
      ...(node.controlPlane ? { controlPlane: components(world, cluster, boot) } : {}),
    },
  };
}

/** The AWS cloud controller finds instances by their private DNS name or their id. */
function cloudAnswer({ instance, isGone }: Boot, { name }: JoinedNode): KubeadmNode['instance'] {
  if (isGone) return 'terminated';
  return name === instance.privateDnsName || name === instance.id ? 'exists' : 'not-found';
}

function components(
  world: World,
  cluster: ClusterRecord,
  boot: Boot,
): Readonly<Record<ControlPlaneComponent, boolean>> {
  const works = isUp(boot) && hasQuorum(cluster.etcd, memberIsAlive(world));
  return {
    etcd: works && runsEtcd(cluster, boot),
    'kube-apiserver': serves(world, boot),
    'kube-controller-manager': works,
    'kube-scheduler': works,
  };
}

/** What people change through the API of the cluster. */
export interface ClusterNews {
  nodeDeleted(node: string): void;
  etcdChanged(etcd: EtcdCluster): void;
}

export function selfManagedView(world: World, cluster: ClusterRecord, news: ClusterNews): SelfManagedCluster {
  return {
    certificateAuthority: cluster.keys[CLUSTER_CA] ?? '',
    endpoint: cluster.endpoint,
    serviceCidr: cluster.serviceCidr,
    tokens: cluster.tokens.map(initialToken),
    etcdctl(node, args) {
      const { tables } = world;
      const boot = tables.boots
        .values()
        .find((one) => one.clusterId === cluster.id && one.node?.name === node);
      const self = cluster.etcd.members.find(({ instanceId }) => instanceId === boot?.instance.id);
      if (boot === undefined || self === undefined || !runsEtcd(cluster, boot)) return undefined;
      const { etcd } = cluster;
      return etcdctl({ etcd, self, isAlive: memberIsAlive(world), keep: news.etcdChanged }, args);
    },
    nodeDeleted: news.nodeDeleted,
    ...cloudPrograms(world, cluster),
  };
}

/** What the programs on its control plane ask of the cloud; of nodes that do the same one is as good as the other. */
function cloudPrograms(world: World, cluster: ClusterRecord): CloudPrograms {
  const { host } = world;
  const boots = world.tables.boots.values().filter(({ clusterId }) => clusterId === cluster.id);
  const asker = boots.find((boot) => boot.node?.controlPlane && isUp(boot))?.instance.id;
  if (asker === undefined) return NOBODY;
  return {
    ensureBalancer: (service) => host.ensureBalancer?.(service, asker),
    removeBalancer: (service) => host.removeBalancer?.(service, asker) ?? true,
    ensureVolume({ node, isUsed, ...order }) {
      const at = boots.find((boot) => boot.node?.name === node && isUp(boot))?.instance;
      if (at === undefined) return undefined;
      return host.ensureVolume?.(
        { ...order, zone: at.zone, ...(isUsed ? { attachedTo: at.id } : {}) },
        asker,
      );
    },
    removeVolume: (id) => host.removeVolume?.(id, asker),
  };
}

type CloudPrograms = Pick<
  SelfManagedCluster,
  'ensureBalancer' | 'removeBalancer' | 'ensureVolume' | 'removeVolume'
>;

const NOBODY: CloudPrograms = {
  ensureBalancer: () => undefined,
  removeBalancer: () => false,
  ensureVolume: () => undefined,
  removeVolume: () => undefined,
};

const initialToken = ({ token, ttlMs, madeAt }: ClusterRecord['tokens'][number]): InitialToken => {
  const [id = '', secret = ''] = token.split('.');
  return { id, secret, expiresAt: `${new Date(madeAt + ttlMs).toISOString().slice(0, 19)}Z` };
};
