/**
 * Network plugins: whatever DaemonSet writes into /etc/cni/net.d gives the nodes that its pods run on a network. The
 * configuration stays on the disk when the plugin goes.
 */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import { type Cluster, storedOne } from './cluster.ts';
import { mark, markedAt } from './node-marks.ts';
import { type ApiObject, child } from './object.ts';
import { isTerminating, nodeNameOf, phaseOf, pods, silentNodes } from './pods.ts';
import { resource } from './resources.ts';

const CNI_DIRECTORY = /^\/etc\/cni(?:\/net\.d)?\/?$/;
const Volumes = z.array(z.object({ hostPath: z.object({ path: z.string() }).nullish() })).catch([]);

export function runNetworkPlugins(cluster: Cluster): void {
  const missing = cluster.machines.filter(
    (machine) => machine.kubeadm && markedAt(cluster, 'network-plugin', machine) === undefined,
  );
  if (missing.length === 0) return;
  const silent = silentNodes(cluster);
  const plugins = pods(cluster).filter(
    (pod) => phaseOf(pod) === 'Running' && !isTerminating(pod) && writesCni(pod),
  );
  for (const machine of missing) {
    const plugin = plugins.find((pod) => nodeNameOf(pod) === machine.name);
    if (plugin === undefined || silent.has(machine.name)) continue;
    const sinceMs = Math.max(machine.joinedAt ?? 0, ownedSince(cluster, plugin));
    mark(cluster, 'network-plugin', machine, Math.min(sinceMs, cluster.nowMs));
  }
}

const writesCni = (pod: ApiObject): boolean =>
  Volumes.parse(child(pod, 'spec').volumes).some(({ hostPath }) => CNI_DIRECTORY.test(hostPath?.path ?? ''));

/** Pods are made when somebody looks; they would have been there as soon as their DaemonSet and their node were. */
function ownedSince(cluster: Cluster, { metadata }: ApiObject): EpochMs {
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'DaemonSet');
  const set = storedOne(cluster, resource('daemonsets'), `${metadata.namespace}/${owner?.name}`);
  return Date.parse(set?.metadata.creationTimestamp ?? metadata.creationTimestamp ?? '') || cluster.nowMs;
}
