/** One step of a machine's boot: what happens at the end of each stage, and what comes then. */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import { type ActiveStage, failed, kubeadmFailed, moveOn, say, settled, waitFor } from './boot-moves.ts';
import { planOf } from './boot-plan.ts';
import { NO_ORDERS, readUserData } from './cloud-config.ts';
import { joinEtcd, promoteEtcd, startEtcd } from './etcd-join.ts';
import { nodeNameOf, prepareInit, startControlPlane, useEndpoint } from './kubeadm-init.ts';
import { discover, type JoinOrder } from './kubeadm-join.ts';
import { type KubeadmOrder, readKubeadmConfig } from './kubeadm-order.ts';
import type { Boot, JoinedNode } from './machine-records.ts';
import { answering, clusterOf, type World } from './world.ts';

type Step = (world: World, boot: Boot, atMs: EpochMs) => Boot;
type InitOrder = Exclude<KubeadmOrder, JoinOrder>;

export const STEPS = {
  starting: readOrders,
  network: waitForWayOut,
  packages: installPackages,
  secret: fetchSecret,
  kubeadm: runKubeadm,
  'static-pods': ofInit(startControlPlane),
  endpoint: ofInit(useEndpoint),
  'etcd-join': ofJoin(joinEtcd),
  'etcd-start': ofJoin(startEtcd),
  'etcd-promotion': ofJoin(promoteEtcd),
  'tls-bootstrap': becomeNode,
} as const satisfies Record<ActiveStage, Step>;

function readOrders(world: World, boot: Boot, atMs: EpochMs): Boot {
  say(world, boot, atMs, 'Cloud-init v. 25.1.4 running modules:config');
  const instance = world.host.instances().find(({ id }) => id === boot.instance.id);
  const { userData } = instance ?? {};
  const orders =
    instance && userData ? readUserData(userData, instance) : { ok: true as const, value: NO_ORDERS };
  if (!orders.ok) return failed(world, boot, atMs, `cloud-init: ${orders.problem}`);
  const plan = planOf(orders.value);
  if (!plan.ok) return failed(world, boot, atMs, plan.problem);
  const next = { ...boot, plan: plan.value };
  if (plan.value.kubeadm === undefined) return settled(next, 'idle', atMs);
  return moveOn(
    world,
    next,
    plan.value.downloads || plan.value.secret !== undefined ? 'network' : 'kubeadm',
    atMs,
  );
}

function waitForWayOut(world: World, boot: Boot, atMs: EpochMs): Boot {
  if (!world.host.reachesInternet(boot.instance.id)) {
    return waitFor(world, boot, atMs, {
      why: 'curl: (28) Failed to connect to pkgs.k8s.io port 443: Connection timed out',
      atMostMs: PATIENCE_MS.network,
      otherwise: (why) => failed(world, boot, atMs, why),
    });
  }
  return moveOn(world, boot, boot.plan?.downloads ? 'packages' : 'secret', atMs);
}

/** Waits of scripts have an end. Longer than this nobody waits for a route, or for a role to be believed everywhere. */
const PATIENCE_MS = { network: 300_000, secret: 120_000 };

function installPackages(world: World, boot: Boot, atMs: EpochMs): Boot {
  say(world, boot, atMs, 'Setting up kubeadm, kubelet and containerd');
  return moveOn(world, boot, 'secret', atMs);
}

const Files = z.record(z.string().startsWith('/'), z.string());

function fetchSecret(world: World, boot: Boot, atMs: EpochMs): Boot {
  const { secret: name } = boot.plan ?? {};
  if (name === undefined) return moveOn(world, boot, 'kubeadm', atMs);
  const content = world.host.bootSecret(name, boot.instance.id);
  if (content === undefined) {
    return waitFor(world, boot, atMs, {
      why: `The secret ${name} cannot be read`,
      atMostMs: PATIENCE_MS.secret,
      otherwise: (why) => failed(world, boot, atMs, why),
    });
  }
  const files = Files.safeParse(fromJson(content));
  if (!files.success) return failed(world, boot, atMs, `The secret ${name} is no JSON from path to content`);
  return moveOn(world, { ...boot, secretFiles: files.data }, 'kubeadm', atMs);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function runKubeadm(world: World, boot: Boot, atMs: EpochMs): Boot {
  const { kubeadm, configText } = boot.plan ?? {};
  if (kubeadm === undefined) return settled(boot, 'idle', atMs);
  if (boot.order !== undefined) return ordered(world, boot, boot.order, atMs);
  const text = boot.secretFiles?.[kubeadm.configPath] ?? configText;
  if (text === undefined) {
    return failed(
      world,
      boot,
      atMs,
      `unable to read config from "${kubeadm.configPath}": no such file or directory`,
    );
  }
  const order = readKubeadmConfig(kubeadm.command, text);
  if (!order.ok) return failed(world, boot, atMs, order.problem);
  return ordered(world, { ...boot, order: order.value }, order.value, atMs);
}

const ordered = (world: World, boot: Boot, order: KubeadmOrder, atMs: EpochMs): Boot =>
  order.command === 'init' ? prepareInit(world, boot, order, atMs) : discover(world, boot, order, atMs);

/** The kubelet asks for its certificate through the endpoint, and registers the node. */
function becomeNode(world: World, boot: Boot, atMs: EpochMs): Boot {
  const { order } = boot;
  const cluster = clusterOf(world, boot);
  if (order === undefined || cluster === undefined) {
    return kubeadmFailed(world, boot, atMs, 'kubelet-start', 'the cluster is gone');
  }
  if (answering(world, order.endpoint, boot.instance.id)?.id !== cluster.id) {
    return waitFor(world, boot, atMs, {
      why: `[kubelet-start] Post "https://${order.endpoint}/apis/certificates.k8s.io/v1/certificatesigningrequests": connection refused`,
      atMostMs: order.patience.tlsBootstrapMs,
      otherwise: (why) => kubeadmFailed(world, boot, atMs, 'kubelet-start', why),
    });
  }
  const node = nodeOf(boot, order, cluster.version, atMs);
  replaceNamesake(world, boot, node.name);
  if (order.command === 'join') say(world, boot, atMs, 'This node has joined the cluster');
  if (boot.plan?.isMarked) say(world, boot, atMs, 'SLIP-BOOT-OK');
  return settled({ ...boot, node }, 'joined', atMs);
}

/** kubeadm's own labels and taint of control planes; the taint only where nobody said otherwise. */
function nodeOf(boot: Boot, order: KubeadmOrder, clusterVersion: string, atMs: EpochMs): JoinedNode {
  const controlPlane = order.command === 'init' || order.controlPlane;
  const { node } = order;
  const taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' } as const;
  return {
    name: nodeNameOf(order, boot.instance.privateDnsName),
    labels: { ...node.labels, ...(controlPlane ? CONTROL_PLANE_LABELS : {}) },
    taints: node.taints ?? (controlPlane ? [taint] : []),
    externalCloud: node.externalCloud,
    controlPlane,
    kubeletVersion: boot.plan?.kubeletVersion ?? clusterVersion,
    joinedAt: atMs,
  };
}

const CONTROL_PLANE_LABELS = {
  'node-role.kubernetes.io/control-plane': '',
  'node.kubernetes.io/exclude-from-external-load-balancers': '',
};

/** A lost machine of the same name has no node of its own any more: the new one takes it over. */
function replaceNamesake({ tables }: World, { clusterId, instance }: Boot, name: string): void {
  for (const other of tables.boots.values()) {
    if (other.clusterId !== clusterId || other.node?.name !== name || other.instance.id === instance.id)
      continue;
    tables.boots.put(other.instance.id, { ...other, isNodeDeleted: true });
  }
}

function ofInit(step: (world: World, boot: Boot, order: InitOrder, atMs: EpochMs) => Boot): Step {
  return (world, boot, atMs) =>
    boot.order?.command === 'init' ? step(world, boot, boot.order, atMs) : settled(boot, 'failed', atMs);
}

function ofJoin(step: (world: World, boot: Boot, order: JoinOrder, atMs: EpochMs) => Boot): Step {
  return (world, boot, atMs) =>
    boot.order?.command === 'join' ? step(world, boot, boot.order, atMs) : settled(boot, 'failed', atMs);
}
