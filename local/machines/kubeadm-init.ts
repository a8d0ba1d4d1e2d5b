/** `kubeadm init`: the first control-plane machine makes the cluster, with the keys that it was given. */
import type { EpochMs } from '../../lib/domain/time.ts';
import { kubeadmFailed, moveOn, say, waitFor } from './boot-moves.ts';
import type { KubeadmOrder } from './kubeadm-order.ts';
import type { Boot, ClusterRecord, EtcdCluster } from './machine-records.ts';
import { readPki } from './pki-files.ts';
import { answering, clusterOf, type World } from './world.ts';

type InitOrder = Extract<KubeadmOrder, { command: 'init' }>;

/** Phases preflight, certs and etcd: what can go wrong before anything listens. */
export function prepareInit(world: World, boot: Boot, order: InitOrder, atMs: EpochMs): Boot {
  say(
    world,
    boot,
    atMs,
    `[init] Using Kubernetes version: ${order.version}`,
    '[preflight] Running pre-flight checks',
  );
  const pki = readPki(boot.secretFiles ?? {});
  if (!pki.ok) return kubeadmFailed(world, boot, atMs, 'certs/ca', pki.problem);
  say(world, boot, atMs, '[certs] Using existing ca certificate authority');
  const missing = order.mountedFiles.find((path) => !hasFile(boot, path));
  if (missing !== undefined) {
    return kubeadmFailed(
      world,
      boot,
      atMs,
      'wait-control-plane',
      `kube-apiserver: hostPath type check failed: ${missing} is not a file`,
    );
  }
  return moveOn(world, boot, 'static-pods', atMs);
}

const hasFile = ({ secretFiles, plan }: Boot, path: string): boolean =>
  secretFiles?.[path] !== undefined || (plan?.paths.includes(path) ?? false);

/** The API server listens from here on: the load balancer may find it healthy. */
export function startControlPlane(world: World, boot: Boot, order: InitOrder, atMs: EpochMs): Boot {
  const pki = readPki(boot.secretFiles ?? {});
  if (!pki.ok) return kubeadmFailed(world, boot, atMs, 'certs/ca', pki.problem);
  const cluster = makeCluster(world, boot, order, pki.value, atMs);
  world.tables.clusters.put(cluster.id, cluster);
  say(world, boot, atMs, '[kubelet-start] Starting the kubelet', '[api-check] The API server is healthy');
  return moveOn(world, { ...boot, clusterId: cluster.id, apiSince: atMs }, 'endpoint', atMs);
}

function makeCluster(
  world: World,
  { instance }: Boot,
  order: InitOrder,
  keys: Readonly<Record<string, string>>,
  atMs: EpochMs,
): ClusterRecord {
  const uid = instance.clusterUid ?? `kubeadm-${instance.id}`;
  const { version, endpoint, serviceCidr, certSans } = order;
  const { wallNow } = world.clock;
  return {
    id: freeId(world, uid, instance.id),
    uid,
    madeBy: instance.id,
    endpoint,
    version,
    serviceCidr,
    certSans,
    keys,
    isComplete: false,
    tokens: order.tokens.map((token) => ({ ...token, madeAt: wallNow() })),
    etcd: firstMember(
      world,
      instance.id,
      instance.privateIp,
      nodeNameOf(order, instance.privateDnsName),
      atMs,
    ),
  };
}

export const nodeNameOf = ({ node }: KubeadmOrder, hostName: string): string => node.name ?? hostName;

/** A cluster of this uid whose machines still run is not replaced: then there are two, which nobody ever wants. */
function freeId({ tables, clusters }: World, uid: string, instanceId: string): string {
  const isInUse = tables.boots.values().some(({ clusterId, isGone }) => clusterId === uid && !isGone);
  if (isInUse) {
    const second = `${uid}-split-${instanceId}`;
    tables.splits.put(second, { uid, first: uid, second });
    return second;
  }
  clusters.forget(uid);
  return uid;
}

function firstMember(
  world: World,
  instanceId: string,
  address: string,
  name: string,
  atMs: EpochMs,
): EtcdCluster {
  const id = memberIdOf(world, instanceId, atMs);
  return {
    id: world.chance.hex(`${instanceId}/etcd-cluster`, 16).replace(/^0+/, '') || '1',
    term: 2,
    leader: id,
    members: [{ id, instanceId, name, address, learner: false }],
  };
}

/** 64 bits, written without leading zeros, as etcd makes them of the member's URLs and the time. */
export const memberIdOf = ({ chance }: World, instanceId: string, atMs: EpochMs): string =>
  chance.hex(`${instanceId}/etcd-member/${atMs}`, 16).replace(/^0+/, '') || '1';

/** Everything that follows goes through the endpoint, as the kubeconfigs of kubeadm name it. */
export function useEndpoint(world: World, boot: Boot, order: InitOrder, atMs: EpochMs): Boot {
  const cluster = clusterOf(world, boot);
  const reached = answering(world, order.endpoint, boot.instance.id);
  if (cluster === undefined || reached?.id !== cluster.id) {
    return waitFor(world, boot, atMs, {
      why: `Get "https://${order.endpoint}/healthz?timeout=10s": dial tcp: connect: connection refused`,
      atMostMs: order.patience.controlPlaneMs,
      otherwise: (why) => kubeadmFailed(world, boot, atMs, 'upload-config/kubeadm', why),
    });
  }
  world.tables.clusters.put(cluster.id, { ...cluster, isComplete: true });
  say(
    world,
    boot,
    atMs,
    '[addons] Applied essential addon: CoreDNS',
    '[addons] Applied essential addon: kube-proxy',
    'Your Kubernetes control-plane has initialized successfully!',
  );
  return moveOn(world, boot, 'tls-bootstrap', atMs);
}
