/**
 * What each pack brought into the cluster, one ConfigMap per pack: what is to go when the pack changes or leaves is known
 * after any restart, whatever the definition says by then. It is written before anything is applied, so it may name
 * what never came to be, and never misses what did.
 */
import { z } from 'zod';
import { canonical } from '../../lib/domain/canonical.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { jsonOf } from '../json.ts';
import { type KubeClient, type KubeOutcome, listAll } from '../kube/client.ts';
import { FIELD_MANAGER } from '../version.ts';
import { MANAGED_BY, OURS, PACK_LABEL } from './labels.ts';

const Ref = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().exactOptional(),
});

const Preview = z.object({
  /** Of what was to go. */
  digest: z.string(),
  atMs: z.number(),
});

const Manifests = z.object({
  kind: z.literal('manifests'),
  objects: z.array(Ref),
  /** Said that it would go, not yet done. */
  preview: Preview.exactOptional(),
});

const Chart = z.object({
  kind: z.literal('chart'),
  namespace: z.string(),
  release: z.string(),
  /** Of chart, version and values as they were last installed; absent: they were not, or it failed. */
  installed: z.string().exactOptional(),
  preview: Preview.exactOptional(),
});

const Inventory = z.discriminatedUnion('kind', [Manifests, Chart]);
export type Inventory = Readonly<z.output<typeof Inventory>>;
export type ManifestInventory = Extract<Inventory, { kind: 'manifests' }>;
export type ChartInventory = Extract<Inventory, { kind: 'chart' }>;

const ConfigMap = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  data: z.object({ inventory: z.string() }),
});

export interface Inventories {
  /** By pack. One that nobody can read is an error: forgetting it would leave its objects behind for good. */
  all(): Promise<KubeOutcome<ReadonlyMap<string, Inventory>>>;
  save(pack: string, inventory: Inventory): Promise<KubeOutcome<void>>;
  remove(pack: string): Promise<KubeOutcome<void>>;
}

const PURPOSE = 'slipway.io/purpose';
const INVENTORY = 'inventory';

export function inventories(kube: KubeClient, namespace: string): Inventories {
  const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
  return {
    async all() {
      const query = { labelSelector: `${PURPOSE}=${INVENTORY}` };
      const listed = await listAll(kube, { path: configMaps, query, item: ConfigMap });
      return listed.ok ? read(listed.value) : listed;
    },
    async save(pack, inventory) {
      const answer = await kube.send({
        method: 'PATCH',
        path: `${configMaps}/${nameOf(pack)}?fieldManager=${FIELD_MANAGER}&force=true`,
        contentType: 'application/apply-patch+yaml',
        body: configMap(pack, namespace, inventory),
        shape: z.unknown(),
      });
      return answer.ok ? { ok: true, value: undefined } : answer;
    },
    async remove(pack) {
      const path = `${configMaps}/${nameOf(pack)}`;
      const answer = await kube.send({ method: 'DELETE', path, shape: z.unknown() });
      return answer.ok || answer.error.status === 404 ? { ok: true, value: undefined } : answer;
    },
  };
}

const nameOf = (pack: string): string => `slipway-pack-${pack}`;

const configMap = (pack: string, namespace: string, inventory: Inventory): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: nameOf(pack),
    namespace,
    labels: { [MANAGED_BY]: OURS, [PURPOSE]: INVENTORY, [PACK_LABEL]: pack },
  },
  data: { inventory: canonical(inventory) },
});

function read(
  configMaps: readonly z.output<typeof ConfigMap>[],
): KubeOutcome<ReadonlyMap<string, Inventory>> {
  const found = new Map<string, Inventory>();
  for (const { metadata, data } of configMaps) {
    const pack = metadata.labels[PACK_LABEL] ?? '';
    const parsed = Inventory.safeParse(jsonOf(data.inventory));
    if (!parsed.success) {
      const message = `The inventory of pack ${pack} (ConfigMap ${nameOf(pack)}) cannot be read.`;
      return { ok: false, error: { status: 0, reason: 'InventoryUnreadable', message } };
    }
    found.set(pack, parsed.data);
  }
  return { ok: true, value: found };
}
