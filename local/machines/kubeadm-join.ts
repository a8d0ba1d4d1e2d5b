/** `kubeadm join`: finding the cluster and trusting it, for nodes of both roles. */
import type { EpochMs } from '../../lib/domain/time.ts';
import { kubeadmFailed, moveOn, say, waitFor } from './boot-moves.ts';
import { tokenProblem } from './bootstrap-token.ts';
import { nodeNameOf } from './kubeadm-init.ts';
import type { KubeadmOrder } from './kubeadm-order.ts';
import type { Boot, ClusterRecord } from './machine-records.ts';
import { CLUSTER_CA, pinOf, readPki } from './pki-files.ts';
import { answering, isUp, type World } from './world.ts';

export type JoinOrder = Extract<KubeadmOrder, { command: 'join' }>;

/** Phase preflight: discovery by the bootstrap token, which is retried; a wrong authority is not. */
export function discover(world: World, boot: Boot, order: JoinOrder, atMs: EpochMs): Boot {
  const { instance } = boot;
  const cluster = answering(world, order.endpoint, instance.id);
  const why = cluster === undefined ? refusedBy(order.endpoint) : notYet(world, cluster, order);
  if (cluster === undefined || why !== undefined) {
    return waitFor(world, boot, atMs, {
      why: `couldn't validate the identity of the API Server: ${why ?? ''}`,
      atMostMs: order.patience.discoveryMs,
      otherwise: (reason) => kubeadmFailed(world, boot, atMs, 'preflight', reason),
    });
  }
  const problem =
    mistrust(cluster, order) ?? nameTaken(world, cluster, nodeNameOf(order, instance.privateDnsName));
  if (problem !== undefined) return kubeadmFailed(world, boot, atMs, 'preflight', problem);
  say(world, boot, atMs, '[preflight] Reading configuration from the "kubeadm-config" ConfigMap');
  const joining = { ...boot, clusterId: cluster.id };
  return order.controlPlane
    ? prepare(world, joining, cluster, atMs)
    : moveOn(world, joining, 'tls-bootstrap', atMs);
}

const refusedBy = (endpoint: string): string =>
  `failed to request the cluster-info ConfigMap: Get "https://${endpoint}/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s": dial tcp: connect: connection refused`;

function notYet(world: World, cluster: ClusterRecord, { token }: JoinOrder): string | undefined {
  if (!cluster.isComplete) return 'configmaps "cluster-info" not found';
  return tokenProblem(world, cluster.id, token);
}

function mistrust({ keys }: ClusterRecord, { caCertHashes }: JoinOrder): string | undefined {
  const pin = pinOf(keys[CLUSTER_CA] ?? '');
  if (caCertHashes.includes(pin)) return undefined;
  return `couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "${pin}" are pinned`;
}

function nameTaken({ tables }: World, { id }: ClusterRecord, name: string): string | undefined {
  const other = tables.boots
    .values()
    .find((boot) => boot.clusterId === id && boot.node?.name === name && isUp(boot));
  return (
    other &&
    `a Node with name "${name}" and status "Ready" already exists in the cluster. You must delete the existing Node or change the name of this new joining Node`
  );
}

/** Phase control-plane-prepare: the new member needs the very keys that the cluster has. */
function prepare(world: World, boot: Boot, cluster: ClusterRecord, atMs: EpochMs): Boot {
  const pki = readPki(boot.secretFiles ?? {});
  if (!pki.ok) {
    return kubeadmFailed(
      world,
      boot,
      atMs,
      'preflight',
      `One or more conditions for hosting a new control plane instance is not satisfied.\nfailure loading certificate: ${pki.problem}`,
    );
  }
  const other = Object.entries(pki.value).find(([path, pem]) => cluster.keys[path]?.trim() !== pem.trim());
  if (other !== undefined) {
    return kubeadmFailed(
      world,
      boot,
      atMs,
      'control-plane-prepare/certs',
      `${other[0]} is not the one of this cluster`,
    );
  }
  say(
    world,
    boot,
    atMs,
    '[certs] Using existing ca certificate authority',
    '[check-etcd] Checking that the etcd cluster is healthy',
  );
  return moveOn(world, boot, 'etcd-join', atMs);
}
