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
import type {
  AadSettings,
  ClusterDraft,
  ClusterSettings,
  PoolDraft,
  PoolSettings,
  UpgradeChannel,
} from './port.ts';

/** The account's application, for clusters that run as it. */
export interface Application {
  readonly tenantId: string;
  readonly clientId: string;
  readonly secret: Secret;
}

/** AKS's own default for overlay networking. */
const MAX_PODS = 110;
/** Sizes with NVIDIA GPUs: AKS installs the driver when asked (A155). It has none for those of AMD. */
const GPU_SIZE = /^standard_(?:nc|nd|nv)(?!.*(?:mi300x|v710))(?!\d+as_v4$)/i;

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
    autoUpgradeProfile: channelBody(draft.upgradeChannel),
    ...(draft.aad === undefined
      ? {}
      : { aadProfile: { enableAzureRbac: false, ...aadBody(draft.aad, application.tenantId) } }),
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

/** AKS ties the image channel of nodes to `node-image` and refuses any other beside it. */
function channelBody(upgradeChannel: UpgradeChannel): NonNullable<ManagedCluster['autoUpgradeProfile']> {
  return {
    upgradeChannel,
    ...(upgradeChannel === 'node-image' ? { nodeOSUpgradeChannel: 'NodeImage' } : {}),
  };
}

function identityBody(
  draft: ClusterDraft,
  application: Application,
): Pick<ManagedCluster, 'identity' | 'servicePrincipalProfile'> {
  if (!draft.runAsAccount) return { identity: { type: 'SystemAssigned' } };
  return {
    servicePrincipalProfile: { clientId: application.clientId, secret: application.secret.reveal() },
  };
}

/** AKS offers nothing but managed integration any more. */
function aadBody(aad: AadSettings, tenantId: string): ManagedClusterAADProfile {
  return {
    managed: true,
    adminGroupObjectIDs: [...aad.adminGroupObjectIds],
    tenantID: tenantId,
  };
}

function policyBody(
  enabled: boolean,
  observed: ManagedCluster['addonProfiles'] = {},
): NonNullable<ManagedCluster['addonProfiles']> {
  const name = policyAddon(observed)?.name ?? 'azurepolicy';
  return { ...observed, [name]: { ...observed[name], enabled } };
}

/** AKS compares add-on names without case and gives them back as they came; the portal writes `azurePolicy`. */
export function policyAddon(
  profiles: ManagedCluster['addonProfiles'] = {},
): { readonly name: string; readonly enabled: boolean } | undefined {
  const found = Object.entries(profiles).find(([name]) => name.toLowerCase() === 'azurepolicy');
  return found && { name: found[0], enabled: found[1].enabled };
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
    autoUpgradeProfile: { ...observed.autoUpgradeProfile, ...channelBody(settings.upgradeChannel) },
    ...(version === undefined ? {} : { kubernetesVersion: version }),
    ...(settings.aad === undefined
      ? {}
      : { aadProfile: changedAad(observed.aadProfile, settings.aad, options.tenantId) }),
    ...(settings.azurePolicy === undefined
      ? {}
      : { addonProfiles: policyBody(settings.azurePolicy, observed.addonProfiles) }),
    ...(options.withPools && agentPoolProfiles !== undefined
      ? { agentPoolProfiles: agentPoolProfiles.map(echoed) }
      : {}),
  };
}

/** Azure RBAC and another tenant may have been set in Azure: they are nobody's wish here, so they stay. */
function changedAad(
  observed: ManagedClusterAADProfile | undefined,
  aad: AadSettings,
  tenantId: string,
): ManagedClusterAADProfile {
  const wanted = aadBody(aad, tenantId);
  if (observed === undefined) return { enableAzureRbac: false, ...wanted };
  return { ...observed, ...wanted, tenantID: observed.tenantID ?? tenantId };
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
  const { minCount: _min, maxCount: _max, ...kept } = echoed(observed);
  return { ...kept, ...settingFields(settings) };
}

/** What of a pool may be sent back: a node image that is named means «roll back to it» since api-version 2026-04-01. */
function echoed<T extends AgentPool | ManagedClusterAgentPoolProfile>(pool: T) {
  const { status: _status, nodeImageVersion: _image, ...kept } = pool;
  return kept;
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
