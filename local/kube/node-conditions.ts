/** A node's conditions: what its kubelet reports, or what the node controller writes once the kubelet is silent. */
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Cluster } from './cluster.ts';
import { timestamp } from './object.ts';
import type { SimulatedMachine } from './port.ts';

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** type, reason and message of a healthy node, in the kubelet's words. */
const HEALTHY = [
  ['MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['NetworkUnavailable', 'RouteCreated', 'RouteController created a route'],
] as const;

export function nodeConditions(cluster: Cluster, machine: SimulatedMachine): readonly Condition[] {
  const conditions = new Map(reported(cluster, machine).map((condition) => [condition.type, condition]));
  for (const { fault, atMs } of cluster.faults) {
    if (fault.kind === 'node-condition' && fault.node === machine.name) {
      const { condition: type, status } = fault;
      conditions.set(
        type,
        condition(type, status, 'InjectedFault', `${type} was set to ${status} on purpose`, atMs),
      );
    }
    if (fault.kind === 'node-lost' && fault.node === machine.name) {
      for (const type of conditions.keys()) conditions.set(type, silent(type, atMs));
    }
  }
  return [...conditions.values()];
}

function reported(cluster: Cluster, machine: SimulatedMachine): readonly Condition[] {
  const joinedAt = machine.joinedAt ?? cluster.nowMs;
  const readyAt = joinedAt + cluster.times.nodeReadyMs;
  const ready =
    cluster.nowMs >= readyAt
      ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status', readyAt)
      : condition('Ready', 'False', 'KubeletNotReady', 'container runtime network not ready', joinedAt);
  return [...HEALTHY.map(([type, reason, text]) => condition(type, 'False', reason, text, joinedAt)), ready];
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
