/** What the nodes use now, from the metrics API. A cluster without a metrics server has no usage; that is no error. */
import { z } from 'zod';
import type { Amounts } from '../../lib/domain/agent.ts';
import { type KubeClient, type KubeOutcome, listAll } from '../kube/client.ts';
import { bytes, milli } from '../kube/quantity.ts';

const NodeMetrics = z.object({
  metadata: z.object({ name: z.string() }),
  usage: z.object({ cpu: z.string(), memory: z.string() }),
});

/** By node name; `undefined`: nobody measures. */
export async function measureUsage(
  kube: KubeClient,
): Promise<KubeOutcome<ReadonlyMap<string, Amounts> | undefined>> {
  const listed = await listAll(kube, { path: '/apis/metrics.k8s.io/v1beta1/nodes', item: NodeMetrics });
  if (!listed.ok) {
    const absent = listed.error.status === 404 || listed.error.status === 503;
    return absent ? { ok: true, value: undefined } : listed;
  }
  const amounts = listed.value.map(({ metadata, usage }): [string, Amounts] => [
    metadata.name,
    { cpuMilli: milli(usage.cpu), memoryBytes: bytes(usage.memory) },
  ]);
  return { ok: true, value: new Map(amounts) };
}
