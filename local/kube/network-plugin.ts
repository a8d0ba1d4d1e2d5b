/**
 * Network plugins: whatever DaemonSet writes into /etc/cni/net.d gives the nodes that its pods run on a network. The
 * configuration stays on the disk when the plugin goes.
 */
import { z } from 'zod';
import type { Cluster } from './cluster.ts';
import { mark, markedAt } from './node-marks.ts';
import { type ApiObject, child } from './object.ts';
import { isTerminating, nodeNameOf, phaseOf, pods, silentNodes } from './pods.ts';

const CNI_DIRECTORY = /^\/etc\/cni(?:\/net\.d)?\/?$/;
const Volumes = z.array(z.object({ hostPath: z.object({ path: z.string() }).nullish() })).catch([]);

export function runNetworkPlugins(cluster: Cluster): void {
  const missing = cluster.machines.filter(
    (machine) => machine.kubeadm && markedAt(cluster, 'network-plugin', machine) === undefined,
  );
  if (missing.length === 0) return;
  const silent = silentNodes(cluster);
  const served = new Set(
    pods(cluster)
      .filter((pod) => phaseOf(pod) === 'Running' && !isTerminating(pod) && writesCni(pod))
      .map(nodeNameOf),
  );
  for (const machine of missing) {
    if (served.has(machine.name) && !silent.has(machine.name)) mark(cluster, 'network-plugin', machine);
  }
}

const writesCni = (pod: ApiObject): boolean =>
  Volumes.parse(child(pod, 'spec').volumes).some(({ hostPath }) => CNI_DIRECTORY.test(hostPath?.path ?? ''));
