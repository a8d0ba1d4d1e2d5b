/** The record of an agent pool: its defaults, its merge with an update, and how it is shown. */
import { DEFAULT_VM_SIZE, findVmSize } from '../catalogue.ts';
import { aksId, keyOf } from '../ids.ts';
import type { Cluster, Pool, Properties } from '../state.ts';
import type { World } from '../world.ts';
import type { PoolProperties } from './aks-body.ts';
import { checkSkew, resolveUpgrade, resolveVersion } from './kubernetes-versions.ts';
import { newEtag } from './plain.ts';

export const POOL_TYPE = 'Microsoft.ContainerService/managedClusters/agentPools';

/** Documented: the OS disk follows the size of the machine. */
function defaultDiskGiB(vmSize: string): number {
  const vCpus = findVmSize(vmSize)?.vCpus ?? 2;
  return vCpus < 8 ? 128 : vCpus < 16 ? 256 : 512;
}

function defaultMaxPods({ networkProfile }: Cluster['properties']): number {
  const { networkPlugin, networkPluginMode } = networkProfile ?? {};
  if (networkPlugin !== 'azure') return 110;
  return networkPluginMode === 'overlay' ? 250 : 30;
}

/** What a pool will be after the write; nothing is stored. The rules have yet to be applied. */
export function desiredPool(
  cluster: Pick<Cluster, 'properties'>,
  wanted: PoolProperties,
  existing: Pool | undefined,
): PoolProperties {
  const vmSize = wanted.vmSize ?? existing?.properties.vmSize ?? DEFAULT_VM_SIZE;
  const before = existing?.properties ?? {
    count: 1,
    osDiskType: 'Managed',
    maxPods: defaultMaxPods(cluster.properties),
    osType: 'Linux',
    osSKU: 'Ubuntu',
    type: 'VirtualMachineScaleSets',
    mode: 'User',
    kubeletDiskType: 'OS',
    enableNodePublicIP: false,
    enableFIPS: false,
    scaleDownMode: 'Delete',
    upgradeSettings: { maxSurge: '10%' },
    workloadRuntime: 'OCIContainer',
  };
  const disk = wanted.osDiskSizeGB || existing?.properties.osDiskSizeGB || defaultDiskGiB(vmSize);
  const merged = withoutReadOnly({ ...before, ...wanted, vmSize, osDiskSizeGB: disk });
  if (wanted.enableAutoScaling !== false) return merged;
  // Switching the autoscaler off takes its bounds away unless the request insists on them, which is refused.
  const { minCount, maxCount, ...rest } = merged;
  return {
    ...rest,
    ...(wanted.minCount === undefined ? {} : { minCount }),
    ...(wanted.maxCount === undefined ? {} : { maxCount }),
  };
}

/** Members that a client echoes after reading; the service keeps its own. */
function withoutReadOnly({
  name: _name,
  provisioningState: _state,
  powerState: _power,
  currentOrchestratorVersion: _version,
  nodeImageVersion: _image,
  eTag: _tag,
  status: _status,
  ...rest
}: PoolProperties): PoolProperties {
  return rest;
}

export function poolRecord(
  world: World,
  cluster: Cluster,
  name: string,
  properties: PoolProperties,
  existing: Pool | undefined,
  now: number,
): Pool {
  const asked = properties.orchestratorVersion;
  const targetVersion = existing
    ? resolveUpgrade(asked, existing.currentVersion, cluster.name)
    : asked === undefined
      ? cluster.targetVersion
      : resolveVersion(asked, cluster.name);
  checkSkew(targetVersion, cluster.targetVersion);
  if (existing) return { ...existing, properties, targetVersion, etag: newEtag(world), changedAt: now };
  const id = `${cluster.id}/agentPools/${name}`;
  return {
    key: keyOf(id),
    id,
    type: POOL_TYPE,
    name,
    subscription: cluster.subscription,
    group: cluster.group,
    location: cluster.location,
    tags: {},
    etag: newEtag(world),
    state: 'Creating',
    createdAt: now,
    changedAt: now,
    seeded: false,
    clusterKey: cluster.key,
    scaleSet: `aks-${name}-${cluster.digits}-vmss`,
    properties,
    currentVersion: targetVersion,
    targetVersion,
    nextIndex: 0,
  };
}

/** The properties as a GET shows them, of the pool itself and inside its cluster. */
export function showPoolProperties(pool: Pool): Properties {
  return {
    ...pool.properties,
    orchestratorVersion: pool.properties.orchestratorVersion ?? pool.currentVersion,
    currentOrchestratorVersion: pool.currentVersion,
    nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202611.02.0',
    provisioningState: pool.state,
    powerState: { code: 'Running' },
    eTag: pool.etag,
    ...(pool.failure ? { status: { provisioningError: pool.failure } } : {}),
  };
}

export function showPool(pool: Pool): Properties {
  return { id: aksId(pool.id), name: pool.name, type: pool.type, properties: showPoolProperties(pool) };
}
