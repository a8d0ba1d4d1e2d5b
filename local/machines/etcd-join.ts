/** How a control-plane machine that joins becomes a member of etcd: added as a learner, started, promoted. */
import type { EpochMs } from '../../lib/domain/time.ts';
import { kubeadmFailed, moveOn, say, waitFor } from './boot-moves.ts';
import { type Membership, promoted, started, withLearner } from './etcd.ts';
import { memberIdOf, nodeNameOf } from './kubeadm-init.ts';
import type { JoinOrder } from './kubeadm-join.ts';
import type { Boot, ClusterRecord, EtcdCluster } from './machine-records.ts';
import { clusterOf, memberIsAlive, type World } from './world.ts';

const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
const PHASE = 'control-plane-join/etcd';

export function joinEtcd(world: World, boot: Boot, order: JoinOrder, atMs: EpochMs): Boot {
  const { id, privateIp } = boot.instance;
  return withCluster(world, boot, atMs, (cluster) => {
    const blocked = unreachablePeer(world, cluster, id);
    if (blocked !== undefined) return patient(world, boot, order, atMs, blocked);
    const learner = {
      id: memberIdOf(world, id, atMs),
      instanceId: id,
      name: '',
      address: privateIp,
      learner: true,
    };
    const added = withLearner(cluster.etcd, memberIsAlive(world), learner);
    return taken(world, boot, order, cluster, added, atMs, 'etcd-start', '[etcd] Adding etcd member');
  });
}

export function startEtcd(world: World, boot: Boot, order: JoinOrder, atMs: EpochMs): Boot {
  return withCluster(world, boot, atMs, (cluster) => {
    const member = memberOf(cluster, boot);
    if (member === undefined) return kubeadmFailed(world, boot, atMs, PHASE, 'etcdserver: member not found');
    const etcd = started(cluster.etcd, member.id, nodeNameOf(order, boot.instance.privateDnsName));
    keep(world, cluster, etcd);
    return moveOn(world, boot, 'etcd-promotion', atMs);
  });
}

/** A voter has its API server behind the load balancer soon after. */
export function promoteEtcd(world: World, boot: Boot, order: JoinOrder, atMs: EpochMs): Boot {
  return withCluster(world, boot, atMs, (cluster) => {
    const member = memberOf(cluster, boot);
    if (member === undefined) return kubeadmFailed(world, boot, atMs, PHASE, 'etcdserver: member not found');
    const done = promoted(cluster.etcd, memberIsAlive(world), member.id);
    const next = taken(
      world,
      boot,
      order,
      cluster,
      done,
      atMs,
      'tls-bootstrap',
      '[etcd] Promoted the learner to a voting member',
    );
    return done.ok ? { ...next, apiSince: atMs } : next;
  });
}

const memberOf = ({ etcd }: ClusterRecord, { instance }: Boot) =>
  etcd.members.find(({ instanceId }) => instanceId === instance.id);

function withCluster(world: World, boot: Boot, atMs: EpochMs, work: (cluster: ClusterRecord) => Boot): Boot {
  const cluster = clusterOf(world, boot);
  return cluster === undefined
    ? kubeadmFailed(world, boot, atMs, PHASE, 'the cluster is gone')
    : work(cluster);
}

function taken(
  world: World,
  boot: Boot,
  order: JoinOrder,
  cluster: ClusterRecord,
  outcome: Membership,
  atMs: EpochMs,
  stage: 'etcd-start' | 'tls-bootstrap',
  words: string,
): Boot {
  if (!outcome.ok) return patient(world, boot, order, atMs, outcome.error);
  keep(world, cluster, outcome.etcd);
  say(world, boot, atMs, words);
  return moveOn(world, boot, stage, atMs);
}

const keep = ({ tables }: World, cluster: ClusterRecord, etcd: EtcdCluster): void =>
  tables.clusters.put(cluster.id, { ...cluster, etcd });

const patient = (world: World, boot: Boot, { patience }: JoinOrder, atMs: EpochMs, why: string): Boot =>
  waitFor(world, boot, atMs, {
    why,
    atMostMs: patience.etcdMs,
    otherwise: (reason) => kubeadmFailed(world, boot, atMs, PHASE, reason),
  });

/** Members talk to each other both ways, and kubeadm is a client of all of them. */
function unreachablePeer(
  { host, tables }: World,
  { etcd }: ClusterRecord,
  joining: string,
): string | undefined {
  const blocked = etcd.members.find(
    ({ instanceId }) =>
      !host.reachesPeer(joining, instanceId, CLIENT_PORT) ||
      !host.reachesPeer(joining, instanceId, PEER_PORT) ||
      !host.reachesPeer(instanceId, joining, PEER_PORT),
  );
  const known = blocked && tables.boots.get(blocked.instanceId);
  return blocked && `dial tcp ${known?.instance.privateIp ?? blocked.address}:${CLIENT_PORT}: i/o timeout`;
}
