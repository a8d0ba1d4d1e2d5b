/**
 * What has to be true at Azure after a long time in peace: everything is as asked for, nothing is left of what was
 * deleted, and what was there before is as it was.
 */
import { z } from 'zod';
import { kubeconfigSecret } from '../../lib/clouds/azure/names.ts';
import { CLUSTER_TAG, POOL_TAG, UID_TAG } from '../../lib/clouds/azure/tags.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { clusterKey } from '../../lib/domain/cluster-key.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { type AzureSide, GROUP, NETWORK_ID } from './azure-side.ts';
import { differs, type Remains, sorted, wrongDocuments } from './end.ts';

const Pool = z.object({
  name: z.string(),
  mode: z.string(),
  count: z.number(),
  vmSize: z.string(),
  availabilityZones: z.array(z.string()).default([]),
  enableAutoScaling: z.boolean().default(false),
  minCount: z.number().optional(),
  maxCount: z.number().optional(),
  nodeLabels: z.record(z.string(), z.string()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  provisioningState: z.string(),
});
type Pool = z.output<typeof Pool>;
const Cluster = z.object({
  tags: z.record(z.string(), z.string()),
  sku: z.object({ tier: z.string() }),
  properties: z.object({
    provisioningState: z.string(),
    autoUpgradeProfile: z.object({ upgradeChannel: z.string() }),
    agentPoolProfiles: z.array(Pool),
  }),
});
const Values = z.object({
  managedControlPlane: z.object({
    sku: z.string().default('Free'),
    autoUpgradeProfile: z.object({ upgradeChannel: z.string() }).default({ upgradeChannel: 'none' }),
  }),
});

export interface AksEnd extends Remains {
  readonly side: AzureSide;
  /** The adopted network as it was: `networkOf`. */
  readonly network: string;
}

/** What is wrong, in words; empty: nothing. */
export function wrongAtAksEnd(end: AksEnd): readonly string[] {
  return [
    ...wrongDocuments(end, (document) => wrongCluster(document, end.side)),
    ...leaks(end),
    ...(networkOf(end.side) === end.network ? [] : ['The adopted network was changed']),
  ];
}

function wrongCluster(document: ClusterDocument, side: AzureSide): readonly string[] {
  const { id, name, spec } = document;
  const key = clusterKey(name, id);
  const path = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/${key}`;
  const seen = Cluster.parse(side.ask('GET', path));
  const wish = Values.parse(spec.packOverrides['kubernetes-aks'] ?? { managedControlPlane: {} });
  const { sku, autoUpgradeProfile } = wish.managedControlPlane;
  const wanted = {
    state: 'Succeeded',
    sku,
    channel: autoUpgradeProfile.upgradeChannel,
    tags: { ...spec.tags, [UID_TAG]: id, [CLUSTER_TAG]: name, slipway_role: 'cluster' },
  };
  const found = {
    state: seen.properties.provisioningState,
    sku: seen.sku.tier,
    channel: seen.properties.autoUpgradeProfile.upgradeChannel,
    tags: seen.tags,
  };
  return [
    ...differs(name, wanted, found),
    ...differs(
      `${name} pools`,
      spec.pools.map(wantedPool).toSorted(),
      seen.properties.agentPoolProfiles.map(foundPool).toSorted(),
    ),
    ...differs(`${name} nodes`, wantedNodes(seen.properties.agentPoolProfiles), foundNodes(side, key)),
  ];
}

function wantedPool(pool: PoolSpec): string {
  return sorted({
    pool: pool.name,
    mode: pool.system ? 'System' : 'User',
    size: pool.autoscale ? `${pool.autoscale.min} to ${pool.autoscale.max}` : pool.size,
    type: pool.instanceType,
    zones: pool.zones.toSorted(),
    labels: { ...pool.labels, 'slipway.io/pool': pool.name },
    state: 'Succeeded',
  });
}

function foundPool(pool: Pool): string {
  const within = pool.count >= (pool.minCount ?? 0) && pool.count <= (pool.maxCount ?? pool.count);
  return sorted({
    pool: pool.tags[POOL_TAG],
    mode: pool.mode,
    size: pool.enableAutoScaling && within ? `${pool.minCount} to ${pool.maxCount}` : pool.count,
    type: pool.vmSize,
    zones: pool.availabilityZones.toSorted(),
    labels: pool.nodeLabels,
    state: pool.provisioningState,
  });
}

function wantedNodes(pools: readonly Pool[]): number {
  return pools.reduce((sum, pool) => sum + pool.count, 0);
}

/** Nodes that take pods. */
function foundNodes({ azure, kubernetes }: AzureSide, name: string): number {
  const cluster = azure.clusters().find((one) => one.name === name);
  if (!cluster) return 0;
  const machines = azure.machines(cluster.id).filter(({ state }) => state === 'Running');
  return machines.filter((machine) => !kubernetes.isCordoned(cluster.uid, machine.name)).length;
}

function leaks({ side, documents, secretNames }: AksEnd): readonly string[] {
  const live = new Set<string>(documents.map(({ id }) => id));
  const groups = new Set(side.azure.clusters().map(({ name }) => name));
  const resources = side.azure.inventory().filter(({ kind, name, tags, id }) => {
    const uid = tags[UID_TAG];
    if (uid !== undefined) return !live.has(uid);
    if (kind === 'Microsoft.Resources/resourceGroups') return ![...groups].some((key) => name.includes(key));
    return !/\/resourceGroups\/MC_/i.test(id) && !id.toLowerCase().startsWith(NETWORK_ID.toLowerCase());
  });
  const kubeconfigs = new Set<string>(documents.map(({ id }) => kubeconfigSecret(id)));
  const secrets = secretNames.filter((name) => name.startsWith('kubeconfig-') && !kubeconfigs.has(name));
  return [
    ...resources.map(({ kind, name }) => `Leaked ${kind} ${name}`),
    ...secrets.map((name) => `Leaked secret ${name}`),
  ];
}

/** What its owner wrote: not who uses it, and no version of it. */
export function networkOf({ ask }: AzureSide): string {
  return JSON.stringify(ask('GET', NETWORK_ID), (key, value: unknown) => (USE.has(key) ? undefined : value));
}

const USE = new Set([
  'etag',
  'ipConfigurations',
  'serviceAssociationLinks',
  'networkSecurityGroup',
  'routeTable',
]);
