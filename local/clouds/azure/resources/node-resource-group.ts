/**
 * The resource group that AKS keeps for a cluster, with everything that it makes in there: load balancer, public
 * address, security group, the nodes' identity, a scale set per pool and, when the cluster brought no subnet, a network
 * of its own. It lives and dies with the cluster, and carries the cluster's tags.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { ArmError } from '../errors.ts';
import { groupId, keyOf, resourceId } from '../ids.ts';
import { checkNetworkQuota } from '../quota.ts';
import type { Cluster, Failure, PlainResource, Pool, Properties, ResourceGroup, Tags } from '../state.ts';
import type { World } from '../world.ts';
import { forget, type PlainInput, plainResource } from './plain.ts';

export const nodeGroupKey = (cluster: Cluster): string =>
  keyOf(groupId(cluster.subscription, cluster.nodeGroup));

const SCALE_SET = 'Microsoft.Compute/virtualMachineScaleSets';

/** The subnet of clusters that brought none. */
export const ownSubnetKey = (cluster: Cluster): string =>
  keyOf(
    resourceId(cluster.subscription, cluster.nodeGroup, 'Microsoft.Network/virtualNetworks/subnets', [
      `aks-vnet-${cluster.digits}`,
      'aks-subnet',
    ]),
  );

/** The group's name tells who made it, as the real tags do. */
const groupTags = (cluster: Cluster): Tags => ({
  ...cluster.tags,
  'aks-managed-cluster-name': cluster.name,
  'aks-managed-cluster-rg': cluster.group,
});

/** Creates what is missing. Gives the failure of a network quota, which AKS reports only when it gets that far. */
export function ensureNodeGroup(
  world: World,
  now: EpochMs,
  cluster: Cluster,
  ownNetwork: boolean,
): Failure | undefined {
  const group = ensureGroup(world, now, cluster);
  const inputs = [...(ownNetwork ? networkInputs(cluster) : []), ...baseInputs(world, cluster)];
  try {
    for (const input of inputs) ensureResource(world, now, { ...input, group });
  } catch (error) {
    if (error instanceof ArmError) return { code: error.code, message: error.message };
    throw error;
  }
  return undefined;
}

function ensureGroup(world: World, now: EpochMs, cluster: Cluster): ResourceGroup {
  const key = nodeGroupKey(cluster);
  const known = world.state.groups.get(key);
  const group: ResourceGroup = known ?? {
    key,
    id: groupId(cluster.subscription, cluster.nodeGroup),
    name: cluster.nodeGroup,
    subscription: cluster.subscription,
    location: cluster.location,
    tags: {},
    state: 'Succeeded',
    managedBy: cluster.id,
    seeded: false,
    createdAt: now,
  };
  const tagged = { ...group, tags: groupTags(cluster) };
  world.state.groups.put(key, tagged);
  return tagged;
}

type Wanted = Omit<PlainInput, 'group'>;

function ensureResource(world: World, now: EpochMs, input: PlainInput): void {
  const resource = plainResource(world, now, input);
  if (world.state.resources.get(resource.key)) return;
  checkNetworkQuota(world, resource.type, resource.location);
  world.state.resources.put(resource.key, resource);
}

function wanted(cluster: Cluster, type: string, names: readonly string[], properties: Properties): Wanted {
  return { type, names, location: cluster.location, tags: cluster.tags, properties, state: 'Succeeded' };
}

function baseInputs(world: World, cluster: Cluster): Wanted[] {
  const standard = { sku: { name: 'Standard', tier: 'Regional' } };
  const address = outboundAddressName(world, cluster);
  const addressId = resourceId(
    cluster.subscription,
    cluster.nodeGroup,
    'Microsoft.Network/publicIPAddresses',
    [address],
  );
  return [
    {
      ...wanted(cluster, 'Microsoft.Network/publicIPAddresses', [address], {
        publicIPAllocationMethod: 'Static',
        publicIPAddressVersion: 'IPv4',
        ipAddress: `20.${firstByte(cluster)}.${secondByte(cluster)}.10`,
      }),
      top: standard,
    },
    {
      ...wanted(cluster, 'Microsoft.Network/loadBalancers', ['kubernetes'], {
        frontendIPConfigurations: [{ name: address, properties: { publicIPAddress: { id: addressId } } }],
        backendAddressPools: [{ name: 'aksOutboundBackendPool' }, { name: 'kubernetes' }],
      }),
      top: standard,
    },
    wanted(cluster, 'Microsoft.Network/networkSecurityGroups', [`aks-agentpool-${cluster.digits}-nsg`], {
      securityRules: [],
    }),
    wanted(cluster, 'Microsoft.ManagedIdentity/userAssignedIdentities', [kubeletIdentityName(cluster)], {
      tenantId: world.state.subscriptions.get(keyOf(cluster.subscription))?.tenantId ?? '',
      principalId: world.chance.uuid(`kubelet-principal/${cluster.uid}`),
      clientId: world.chance.uuid(`kubelet-client/${cluster.uid}`),
    }),
  ];
}

const firstByte = ({ digits }: Cluster): number => Number(digits.slice(0, 4)) % 256;
const secondByte = ({ digits }: Cluster): number => Number(digits.slice(4)) % 256;

export const kubeletIdentityName = (cluster: Cluster): string => `${cluster.name}-agentpool`;

export const outboundAddressName = (world: World, cluster: Cluster): string =>
  world.chance.uuid(`outbound-address/${cluster.uid}`);

function networkInputs(cluster: Cluster): Wanted[] {
  const network = `aks-vnet-${cluster.digits}`;
  return [
    wanted(cluster, 'Microsoft.Network/virtualNetworks', [network], {
      addressSpace: { addressPrefixes: ['10.224.0.0/12'] },
    }),
    wanted(cluster, 'Microsoft.Network/virtualNetworks/subnets', [network, 'aks-subnet'], {
      addressPrefix: '10.224.0.0/16',
      privateEndpointNetworkPolicies: 'Disabled',
      privateLinkServiceNetworkPolicies: 'Enabled',
    }),
  ];
}

/** The pool's scale set, with the pool's tags over the cluster's. */
export function ensureScaleSet(world: World, now: EpochMs, cluster: Cluster, pool: Pool): void {
  const group = ensureGroup(world, now, cluster);
  const made = plainResource(world, now, {
    ...wanted(cluster, SCALE_SET, [pool.scaleSet], {
      orchestrationMode: 'Uniform',
      singlePlacementGroup: false,
      upgradePolicy: { mode: 'Manual' },
    }),
    group,
    tags: scaleSetTags(cluster, pool),
  });
  const known = world.state.resources.get(made.key);
  const zones = pool.properties.availabilityZones ?? [];
  const top = {
    sku: { name: pool.properties.vmSize, tier: 'Standard', capacity: pool.properties.count },
    ...(zones.length > 0 ? { zones } : {}),
  };
  world.state.resources.put(made.key, { ...(known ?? made), tags: made.tags, top, changedAt: now });
}

const scaleSetTags = (cluster: Cluster, pool: Pool): Tags => ({
  ...cluster.tags,
  ...pool.properties.tags,
  'aks-managed-poolName': pool.name,
  'aks-managed-orchestrator': `Kubernetes:${pool.currentVersion}`,
});

/** Brings the cluster's tags to everything in its group. */
export function retagNodeGroup(world: World, cluster: Cluster): void {
  const group = world.state.groups.get(nodeGroupKey(cluster));
  if (!group) return;
  world.state.groups.put(group.key, { ...group, tags: groupTags(cluster) });
  for (const resource of world.state.resources.inGroup(group.key)) {
    if (resource.type === SCALE_SET) continue;
    world.state.resources.put(resource.key, { ...resource, tags: cluster.tags });
  }
}

export const scaleSetKey = (cluster: Cluster, pool: Pool): string =>
  keyOf(resourceId(cluster.subscription, cluster.nodeGroup, SCALE_SET, [pool.scaleSet]));

export function removeScaleSet(world: World, now: EpochMs, cluster: Cluster, pool: Pool): void {
  const scaleSet = world.state.resources.get(scaleSetKey(cluster, pool));
  if (scaleSet) forget(world, now, scaleSet);
}

/** Everything in a resource group, children first, and then the group. */
export function purgeGroup(world: World, now: EpochMs, groupKey: string): void {
  for (const resource of world.state.resources.inGroup(groupKey)) purgeResource(world, now, resource);
  world.state.groups.delete(groupKey);
}

function purgeResource(world: World, now: EpochMs, resource: PlainResource): void {
  for (const child of world.state.resources.inGroup(resource.key)) forget(world, now, child);
  forget(world, now, resource);
}
