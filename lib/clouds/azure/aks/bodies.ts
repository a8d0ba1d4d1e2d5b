/**
 * Request bodies for AKS. What the service requires beyond the SDK's types is here: a system pool, explicit network
 * ranges, one identity. Changes start from the observed body, because a PUT replaces everything it does not repeat.
 */
import type {
  AgentPool,
  ManagedCluster,
  ManagedClusterAADProfile,
  ManagedClusterAgentPoolProfile,
} from '@azure/arm-containerservice';
import type { Secret } from '../../../domain/secret.ts';
import type { AadSettings, ClusterDraft, ClusterSettings, PoolDraft, PoolSettings } from './port.ts';

/** The account's application, for clusters that run as it. */
export interface Application {
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: Secret;
}

/** AKS's own default for overlay networking. */
const MAX_PODS = 110;
/** Sizes with NVIDIA GPUs: AKS installs the driver when asked (A155). */
const GPU_SIZE = /^standard_(?:nc|nd|nv)/i;

export function clusterBody(draft: ClusterDraft, application: Application): ManagedCluster {
  return {
    location: draft.location,
    tags: { ...draft.tags },
    sku: { name: 'Base', tier: draft.sku },
    ...identityBody(draft, application),
    kubernetesVersion: draft.kubernetesVersion,
    dnsPrefix: draft.dnsPrefix,
    nodeResourceGroup: draft.nodeResourceGroup,
    enableRbac: true,
    disableLocalAccounts: false,
    linuxProfile: { adminUsername: 'azureuser', ssh: { publicKeys: [{ keyData: draft.sshPublicKey }] } },
    autoUpgradeProfile: { upgradeChannel: draft.upgradeChannel },
    ...(draft.aad === undefined ? {} : { aadProfile: aadBody(draft.aad, application.tenantId) }),
    ...(draft.azurePolicy === undefined ? {} : { addonProfiles: policyBody(draft.azurePolicy) }),
    networkProfile: {
      networkPlugin: 'azure',
      networkPluginMode: 'overlay',
      podCidr: draft.network.podCidr,
      serviceCidr: draft.network.serviceCidr,
      dnsServiceIP: draft.network.dnsServiceIp,
      loadBalancerSku: 'standard',
      outboundType: 'loadBalancer',
    },
    ...(draft.apiServerSubnetId === undefined
      ? {}
      : { apiServerAccessProfile: { enableVnetIntegration: true, subnetId: draft.apiServerSubnetId } }),
    agentPoolProfiles: draft.pools.map(profileBody),
  };
}

/** `msi` is what AKS itself stores for clusters with a managed identity. */
function identityBody(
  draft: ClusterDraft,
  application: Application,
): Pick<ManagedCluster, 'identity' | 'servicePrincipalProfile'> {
  if (!draft.runAsAccount) return { identity: { type: 'SystemAssigned' } };
  return {
    servicePrincipalProfile: { clientId: application.clientId, secret: application.secret.reveal() },
  };
}

function aadBody(aad: AadSettings, tenantId: string): ManagedClusterAADProfile {
  return {
    managed: aad.managed,
    enableAzureRbac: false,
    adminGroupObjectIDs: [...aad.adminGroupObjectIds],
    tenantID: tenantId,
  };
}

function policyBody(enabled: boolean): NonNullable<ManagedCluster['addonProfiles']> {
  return { azurepolicy: { enabled } };
}

/**
 * The observed body with our settings in it. The version is the one that runs: a channel may have moved it on, and a
 * lower one would be refused as a downgrade (A179).
 */
export function changedCluster(
  observed: ManagedCluster,
  settings: ClusterSettings,
  options: { readonly tenantId: string; readonly withPools: boolean },
): ManagedCluster {
  const { agentPoolProfiles, status: _status, ...kept } = observed;
  const version = observed.currentKubernetesVersion ?? observed.kubernetesVersion;
  return {
    ...kept,
    tags: { ...settings.tags },
    sku: { ...observed.sku, name: 'Base', tier: settings.sku },
    autoUpgradeProfile: { ...observed.autoUpgradeProfile, upgradeChannel: settings.upgradeChannel },
    ...(version === undefined ? {} : { kubernetesVersion: version }),
    ...(settings.aad === undefined
      ? {}
      : { aadProfile: { ...observed.aadProfile, ...aadBody(settings.aad, options.tenantId) } }),
    ...(settings.azurePolicy === undefined
      ? {}
      : { addonProfiles: { ...observed.addonProfiles, ...policyBody(settings.azurePolicy) } }),
    ...(options.withPools && agentPoolProfiles !== undefined
      ? { agentPoolProfiles: agentPoolProfiles.map(({ status: _poolStatus, ...pool }) => pool) }
      : {}),
  };
}

export function profileBody(draft: PoolDraft): ManagedClusterAgentPoolProfile {
  return { name: draft.name, type: 'VirtualMachineScaleSets', ...draftFields(draft) };
}

export function poolBody(draft: PoolDraft): AgentPool {
  return { typePropertiesType: 'VirtualMachineScaleSets', ...draftFields(draft) };
}

function draftFields(draft: PoolDraft) {
  return {
    vmSize: draft.instanceType,
    osType: 'Linux',
    osSKU: 'Ubuntu',
    osDiskType: 'Managed',
    osDiskSizeGB: draft.diskSizeGiB,
    maxPods: MAX_PODS,
    ...(draft.zones.length === 0 ? {} : { availabilityZones: [...draft.zones] }),
    ...(draft.subnetId === undefined ? {} : { vnetSubnetID: draft.subnetId }),
    ...(GPU_SIZE.test(draft.instanceType) ? { gpuProfile: { driver: 'Install' } } : {}),
    // One node more while AKS upgrades, so that a pool never runs below its size.
    upgradeSettings: { maxSurge: '1' },
    ...settingFields(draft),
  };
}

/** The observed pool with our settings in it; without `count` the autoscaler's stays. */
export function changedPool(observed: AgentPool, settings: PoolSettings): AgentPool {
  const { status: _status, minCount: _min, maxCount: _max, ...kept } = observed;
  return { ...kept, ...settingFields(settings) };
}

function settingFields(settings: PoolSettings) {
  return {
    mode: settings.mode,
    ...(settings.count === undefined ? {} : { count: settings.count }),
    ...(settings.autoscale === undefined
      ? { enableAutoScaling: false }
      : { enableAutoScaling: true, minCount: settings.autoscale.min, maxCount: settings.autoscale.max }),
    nodeLabels: { ...settings.labels },
    nodeTaints: [...settings.taints],
    tags: { ...settings.tags },
  };
}
