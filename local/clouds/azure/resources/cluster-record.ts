/** The record of a managed cluster: its defaults, its merge with an update, and how it is shown. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { aksId, keyOf, resourceId } from '../ids.ts';
import type { Cluster, Pool, Properties } from '../state.ts';
import { nextCount } from '../state.ts';
import type { ArmRequest, World } from '../world.ts';
import type { ClusterBody, ClusterProperties } from './aks-body.ts';
import { actingPrincipal } from './cluster-network-rules.ts';
import { DEFAULT_DNS_SERVICE_IP, DEFAULT_SERVICE_CIDR } from './cluster-rules.ts';
import { resolveUpgrade, resolveVersion } from './kubernetes-versions.ts';
import { kubeletIdentityName, outboundAddressName } from './node-resource-group.ts';
import { newEtag } from './plain.ts';
import { showPoolProperties } from './pool-record.ts';

export const CLUSTER_TYPE = 'Microsoft.ContainerService/managedClusters';

/** A request's properties over what was there, or over the documented defaults. */
export function desiredProperties(
  body: ClusterBody,
  existing: Cluster | undefined,
  fallbackGroup: string,
): ClusterProperties {
  const { agentPoolProfiles: _pools, ...given } = body.properties ?? {};
  const before: ClusterProperties = existing?.properties ?? {
    nodeResourceGroup: fallbackGroup,
    enableRBAC: true,
    disableLocalAccounts: false,
    supportPlan: 'KubernetesOfficial',
  };
  const merged = {
    ...before,
    ...given,
    autoUpgradeProfile: desiredChannels(before, given),
    networkProfile: desiredNetwork(before, given),
  };
  return withoutReadOnly(merged);
}

/** Documented: nodes get images by default, and the channel `node-image` of the cluster sees to it. */
function desiredChannels(
  before: ClusterProperties,
  given: ClusterProperties,
): ClusterProperties['autoUpgradeProfile'] {
  const channels = {
    nodeOSUpgradeChannel: 'NodeImage',
    ...before.autoUpgradeProfile,
    ...given.autoUpgradeProfile,
  };
  return channels.upgradeChannel === 'node-image'
    ? { ...channels, nodeOSUpgradeChannel: 'NodeImage' }
    : channels;
}

function desiredNetwork(
  before: ClusterProperties,
  given: ClusterProperties,
): ClusterProperties['networkProfile'] {
  const plugin = given.networkProfile?.networkPlugin ?? before.networkProfile?.networkPlugin ?? 'azure';
  const overlay = plugin === 'azure' && given.networkProfile?.networkPlugin === undefined;
  const podCidr = plugin === 'kubenet' || overlay ? { podCidr: '10.244.0.0/16' } : {};
  return {
    ...(overlay ? { networkPluginMode: 'overlay' } : {}),
    ...podCidr,
    networkPlugin: plugin,
    networkPolicy: 'none',
    networkDataplane: 'azure',
    serviceCidr: DEFAULT_SERVICE_CIDR,
    dnsServiceIP: DEFAULT_DNS_SERVICE_IP,
    outboundType: 'loadBalancer',
    loadBalancerSku: 'standard',
    ...before.networkProfile,
    ...given.networkProfile,
  };
}

/** Secrets are never kept; the rest is what a client echoes after reading. */
function withoutReadOnly({
  provisioningState: _state,
  powerState: _power,
  currentKubernetesVersion: _version,
  fqdn: _fqdn,
  azurePortalFQDN: _portal,
  maxAgentPools: _pools,
  resourceUID: _uid,
  status: _status,
  windowsProfile: _windows,
  ...rest
}: ClusterProperties): ClusterProperties {
  const { servicePrincipalProfile } = rest;
  return servicePrincipalProfile
    ? { ...rest, servicePrincipalProfile: { clientId: servicePrincipalProfile.clientId } }
    : rest;
}

export interface ClusterInput {
  readonly body: ClusterBody;
  readonly location: string;
  readonly durationMs: number;
}

export function newCluster(world: World, request: ArmRequest, input: ClusterInput): Cluster {
  const { body, location, durationMs } = input;
  const { now } = request;
  const [subscription, group, name] = [
    request.param('subscription'),
    request.param('group'),
    request.param('cluster'),
  ];
  const id = resourceId(subscription, group, CLUSTER_TYPE, [name]);
  const uid = world.chance
    .uuid(`cluster/${nextCount(world.state, 'cluster')}`)
    .replaceAll('-', '')
    .slice(0, 24);
  const nodeGroup = body.properties?.nodeResourceGroup ?? `MC_${group}_${name}_${location}`.slice(0, 80);
  const version = resolveVersion(body.properties?.kubernetesVersion, name);
  return {
    key: keyOf(id),
    id,
    type: CLUSTER_TYPE,
    name,
    subscription,
    group,
    location,
    tags: body.tags ?? {},
    etag: newEtag(world),
    state: 'Creating',
    createdAt: now,
    changedAt: now,
    seeded: false,
    uid,
    digits: world.chance.decimal(`digits/${uid}`, 8),
    nodeGroup,
    properties: desiredProperties(body, undefined, nodeGroup),
    sku: desiredSku(body, undefined),
    ...(body.identity ? { identity: body.identity } : {}),
    currentVersion: version,
    targetVersion: version,
    // The control plane answers before the nodes are there.
    upAt: now + Math.floor(durationMs / 2),
    principalId: actingPrincipal(world, body) ?? world.chance.uuid(`identity/${uid}`),
  };
}

export function updatedCluster(world: World, existing: Cluster, body: ClusterBody, now: EpochMs): Cluster {
  const asked = body.properties?.kubernetesVersion;
  return {
    ...existing,
    tags: body.tags ?? {},
    etag: newEtag(world),
    changedAt: now,
    properties: desiredProperties(body, existing, existing.nodeGroup),
    sku: desiredSku(body, existing),
    ...(body.identity ? { identity: body.identity } : {}),
    targetVersion: resolveUpgrade(asked, existing.currentVersion, existing.name),
  };
}

const desiredSku = ({ sku }: ClusterBody, existing: Cluster | undefined): Cluster['sku'] => ({
  name: sku?.name ?? existing?.sku.name ?? 'Base',
  tier: sku?.tier ?? existing?.sku.tier ?? 'Free',
});

export function fqdnOf(world: World, cluster: Cluster): string {
  const { dnsPrefix, fqdnSubdomain } = cluster.properties;
  const random = world.chance.hex(`fqdn/${cluster.uid}`, 8);
  return `${(dnsPrefix ?? fqdnSubdomain ?? cluster.name).toLowerCase()}-${random}.hcp.${cluster.location}.azmk8s.io`;
}

/** As a GET shows it. */
export function showCluster(
  world: World,
  cluster: Cluster,
  pools: readonly Pool[],
  now: EpochMs,
): Properties {
  const isUp = now >= cluster.upAt;
  const fqdn = fqdnOf(world, cluster);
  return {
    id: aksId(cluster.id),
    name: cluster.name,
    type: cluster.type,
    location: cluster.location,
    tags: cluster.tags,
    eTag: cluster.etag,
    sku: cluster.sku,
    ...(cluster.identity ? { identity: showIdentity(world, cluster) } : {}),
    properties: {
      ...cluster.properties,
      provisioningState: cluster.state,
      powerState: { code: 'Running' },
      kubernetesVersion: cluster.properties.kubernetesVersion ?? cluster.currentVersion,
      currentKubernetesVersion: cluster.currentVersion,
      resourceUID: cluster.uid,
      maxAgentPools: 100,
      ...(isUp ? { fqdn, azurePortalFQDN: fqdn.replace('.hcp.', '.portal.hcp.') } : {}),
      servicePrincipalProfile: cluster.properties.servicePrincipalProfile ?? { clientId: 'msi' },
      agentPoolProfiles: pools.map((pool) => ({ name: pool.name, ...showPoolProperties(pool) })),
      networkProfile: { ...cluster.properties.networkProfile, ...showOutbound(world, cluster) },
      identityProfile: { kubeletidentity: showKubeletIdentity(world, cluster) },
      ...(cluster.failure ? { status: { provisioningError: cluster.failure } } : {}),
    },
  };
}

function showIdentity(world: World, cluster: Cluster): Properties {
  const tenantId = world.state.subscriptions.get(keyOf(cluster.subscription))?.tenantId;
  if (cluster.identity?.type !== 'SystemAssigned') return cluster.identity ?? {};
  return { type: 'SystemAssigned', principalId: cluster.principalId, tenantId };
}

function showKubeletIdentity(world: World, cluster: Cluster): Properties {
  return {
    resourceId: resourceId(
      cluster.subscription,
      cluster.nodeGroup,
      'Microsoft.ManagedIdentity/userAssignedIdentities',
      [kubeletIdentityName(cluster)],
    ),
    clientId: world.chance.uuid(`kubelet-client/${cluster.uid}`),
    objectId: world.chance.uuid(`kubelet-principal/${cluster.uid}`),
  };
}

function showOutbound(world: World, cluster: Cluster): Properties {
  const address = resourceId(cluster.subscription, cluster.nodeGroup, 'Microsoft.Network/publicIPAddresses', [
    outboundAddressName(world, cluster),
  ]);
  return {
    loadBalancerProfile: {
      managedOutboundIPs: { count: 1 },
      effectiveOutboundIPs: [{ id: address }],
      backendPoolType: 'NodeIPConfiguration',
    },
  };
}
