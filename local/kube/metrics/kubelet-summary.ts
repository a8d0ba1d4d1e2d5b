/**
 * What a kubelet says of its node when it is asked through the API server, as far as the node itself goes.
 * https://kubernetes.io/docs/reference/instrumentation/node-metrics/
 */
import type { Cluster } from '../cluster.ts';
import { diskBytes } from '../node-registration.ts';
import { node } from '../nodes.ts';
import { timestamp } from '../object.ts';
import { silentNodes } from '../pods.ts';
import { resource } from '../resources.ts';
import { notFound, StatusError } from '../status-error.ts';
import { loadOf } from './load.ts';

const PATH = /^\/api\/v1\/nodes\/([^/]+)\/proxy\/stats\/summary$/;

/** `undefined`: not asked for. Throws NotFound, and what a proxy says whose other side is silent. */
export function summarize(cluster: Cluster, path: string): object | undefined {
  const [, name] = PATH.exec(path) ?? [];
  if (name === undefined) return undefined;
  const machine = cluster.machines.find((candidate) => candidate.name === name);
  if (machine === undefined || node(cluster, name) === undefined) throw notFound(resource('nodes'), name);
  if (silentNodes(cluster).has(name)) {
    throw new StatusError(
      503,
      'ServiceUnavailable',
      `error trying to reach service: dial tcp ${machine.kubeadm?.internalIp ?? name}:10250: i/o timeout`,
    );
  }
  const { cpu, memory, disk } = loadOf(cluster, machine);
  const time = timestamp(cluster.nowMs);
  const usedMemory = Math.round(memory * machine.memoryBytes);
  const capacityBytes = diskBytes(machine);
  const usedBytes = Math.round(disk * capacityBytes);
  const fs = { time, availableBytes: capacityBytes - usedBytes, capacityBytes, usedBytes };
  return {
    node: {
      nodeName: name,
      startTime: timestamp(machine.joinedAt ?? cluster.nowMs),
      cpu: { time, usageNanoCores: Math.round(cpu * machine.cpuMilli * 1e6) },
      memory: {
        time,
        availableBytes: machine.memoryBytes - usedMemory,
        usageBytes: usedMemory,
        workingSetBytes: usedMemory,
      },
      fs,
      runtime: { imageFs: fs },
    },
    pods: [],
  };
}
