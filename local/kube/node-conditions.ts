/** A node's conditions: what its kubelet reports, or what the node controller writes once the kubelet is silent. */
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Cluster } from './cluster.ts';
import { strikes } from './faults.ts';
import { markedAt } from './node-marks.ts';
import { timestamp } from './object.ts';
import type { SimulatedMachine } from './port.ts';
import { rebootOf } from './reboots.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** How long the node controller waits for a silent kubelet: `--node-monitor-grace-period` of Kubernetes 1.32 and later. */
const SILENCE_GRACE_MS = 50_000;

const NO_NETWORK =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
  'message:Network plugin returns error: cni plugin not initialized';

/** type, reason and message of a healthy node, in the kubelet's words. */
const HEALTHY = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
] as const;
const ROUTED = ['NetworkUnavailable', 'RouteCreated', 'RouteController created a route'] as const;

export function nodeConditions(cluster: Cluster, machine: SimulatedMachine): readonly Condition[] {
  const conditions = new Map(reported(cluster, machine).map((condition) => [condition.type, condition]));
  for (const { fault, atMs } of cluster.faults.filter((stored) => strikes(stored, machine))) {
    if (fault.kind === 'node-condition') {
      const { condition: type, status } = fault;
      conditions.set(
        type,
        condition(type, status, 'InjectedFault', `${type} was set to ${status} on purpose`, atMs),
      );
    }
    if (fault.kind === 'node-lost') {
      for (const type of conditions.keys()) conditions.set(type, silent(type, atMs));
    }
  }
  return [...conditions.values()];
}

function reported(cluster: Cluster, machine: SimulatedMachine): readonly Condition[] {
  const all = beforeSilence(cluster, machine);
  const silentAt = silentSince(machine);
  return cluster.nowMs < silentAt ? all : all.map(({ type }) => silent(type, silentAt));
}

/** When the node controller gives a lost machine up; never for one that runs. */
export const silentSince = ({ lostAt }: SimulatedMachine): EpochMs =>
  lostAt === undefined ? Number.POSITIVE_INFINITY : lostAt + SILENCE_GRACE_MS;

function beforeSilence(cluster: Cluster, machine: SimulatedMachine): readonly Condition[] {
  const joinedAt = machine.joinedAt ?? cluster.nowMs;
  // Self-managed nodes have no routes to wait for: their network plugins bring their own.
  const healthy = machine.kubeadm === undefined ? [...HEALTHY, ROUTED] : HEALTHY;
  const others = healthy.map(([type, reason, text]) => condition(type, 'False', reason, text, joinedAt));
  return [...others, readiness(cluster, machine, joinedAt)];
}

function readiness(cluster: Cluster, machine: SimulatedMachine, joinedAt: EpochMs): Condition {
  const { nowMs } = cluster;
  const readyAt = networkReadyAt(cluster, machine);
  if (nowMs < readyAt) {
    const unready = machine.kubeadm === undefined ? 'container runtime network not ready' : NO_NETWORK;
    return condition('Ready', 'False', 'KubeletNotReady', unready, joinedAt);
  }
  const reboot = rebootOf(cluster, machine);
  if (reboot !== undefined && reboot.fromMs <= nowMs && nowMs < reboot.untilMs) {
    return condition('Ready', 'False', 'KubeletNotReady', 'container runtime is down', reboot.fromMs);
  }
  const since = reboot !== undefined && reboot.untilMs <= nowMs ? reboot.untilMs : readyAt;
  return condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status', since);
}

/** When pods of the node get a network; never without a network plugin. */
export function networkReadyAt(cluster: Cluster, machine: SimulatedMachine): EpochMs {
  const { nodeReadyMs } = cluster.times;
  if (machine.kubeadm === undefined) return (machine.joinedAt ?? cluster.nowMs) + nodeReadyMs;
  const plugin = markedAt(cluster, 'network-plugin', machine);
  return plugin === undefined ? Number.POSITIVE_INFINITY : plugin + nodeReadyMs;
}

const silent = (type: string, atMs: EpochMs): Condition =>
  condition(type, 'Unknown', 'NodeStatusUnknown', 'Kubelet stopped posting node status.', atMs);

function condition(
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
  atMs: EpochMs,
): Condition {
  return { type, status, reason, message, lastTransitionTime: timestamp(atMs) };
}
