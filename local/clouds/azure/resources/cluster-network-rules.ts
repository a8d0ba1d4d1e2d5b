/**
 * What AKS refuses in the network that a cluster brings along: subnets that do not exist, are delegated, too small or
 * out of reach for those who must join machines to them, and service ranges that overlap them.
 */
import { isAllowed } from '../authorization.ts';
import { overlaps, parseCidr } from '../cidr.ts';
import { ArmError, badRequest } from '../errors.ts';
import { keyOf, parentKey, parseId } from '../ids.ts';
import type { PlainResource } from '../state.ts';
import type { ArmRequest, World } from '../world.ts';
import type { ClusterBody, ClusterProperties, PoolProperties } from './aks-body.ts';
import { DEFAULT_SERVICE_CIDR, findByClientId, invalidParameter } from './cluster-rules.ts';
import { addressesPerNode, delegatedTo, freeAddresses, subnetPrefix } from './subnet-rules.ts';

const JOIN = 'Microsoft.Network/virtualNetworks/subnets/join/action';
const GRANT = 'Microsoft.Authorization/roleAssignments/write';

/** A pool as it will be, with the nodes that it gains by this request. */
export interface GrowingPool {
  readonly name: string;
  readonly properties: PoolProperties;
  readonly gains: number;
}

/** What of a cluster the rules depend on. */
export interface NetworkedCluster {
  readonly location: string;
  readonly properties: ClusterProperties;
}

export function checkNodeSubnets(
  world: World,
  request: ArmRequest,
  cluster: NetworkedCluster,
  pools: readonly GrowingPool[],
): void {
  const placed = pools.filter(({ properties }) => properties.vnetSubnetID !== undefined);
  if (placed.length === 0) return;
  const without = pools.find(({ properties }) => properties.vnetSubnetID === undefined);
  if (without)
    throw badRequest('InvalidParameter', `The Agentpool ${without.name} does not have subnet defined.`, {
      target: 'agentPoolProfile.vnetSubnetID',
      bare: true,
    });
  const subnets = placed.map(({ properties }) => findSubnet(world, request, properties.vnetSubnetID ?? ''));
  if (new Set(subnets.map(({ key }) => parentKey(key))).size > 1)
    throw invalidParameter('agentPoolProfile.vnetSubnetID', 'all pools must use the same virtual network');
  for (const subnet of subnets) checkSubnet(world, cluster, subnet);
  checkRoom(world, cluster, placed);
}

/** Throws unless the subnet exists and the caller may join machines to it. */
function findSubnet(world: World, request: ArmRequest, id: string): PlainResource {
  const parsed = parseId(id);
  if (parsed?.type.toLowerCase() !== 'microsoft.network/virtualnetworks/subnets')
    throw badRequest(
      'LinkedInvalidPropertyId',
      `Property id '${id}' at path 'properties.agentPoolProfiles[0].vnetSubnetID' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
    );
  const { caller, now } = request;
  if (!isAllowed(world.state, caller.objectId, JOIN, id, now))
    throw linkedAuthorizationFailed(caller.clientId ?? '', caller.objectId, request.path, id);
  const subnet = world.state.resources.get(keyOf(id));
  if (subnet) return subnet;
  const [network, name] = parsed.names;
  throw badRequest(
    'SubnetNotFound',
    `Could not find subnet ${name} in vnet ${network} from resource group ${parsed.group} of subscription ${parsed.subscription}.`,
    { bare: true },
  );
}

export const linkedAuthorizationFailed = (
  client: string,
  objectId: string,
  scope: string,
  linked: string,
): ArmError =>
  new ArmError(
    403,
    'LinkedAuthorizationFailed',
    `The client '${client}' with object id '${objectId}' has permission to perform action 'Microsoft.ContainerService/managedClusters/write' on scope '${scope}'; however, it does not have permission to perform action(s) '${JOIN}' on the linked scope(s) '${linked}' (respectively) or the linked scope(s) are invalid.`,
  );

function checkSubnet(world: World, cluster: NetworkedCluster, subnet: PlainResource): void {
  const network = world.state.resources.get(parentKey(subnet.key));
  if (network && network.location !== cluster.location)
    throw invalidParameter(
      'agentPoolProfile.vnetSubnetID',
      `the virtual network is in ${network.location}, the cluster in ${cluster.location}`,
    );
  if (delegatedTo(subnet).length > 0)
    throw badRequest(
      'SubnetIsDelegated',
      `AgentPoolProfile.VnetSubnetID ${subnet.id} cannot be used as it's a delegated subnet. Please check https://aka.ms/adv-network-prerequest for more details.`,
      { bare: true },
    );
  checkServiceRange(world, cluster, subnet);
}

function checkServiceRange(world: World, cluster: NetworkedCluster, subnet: PlainResource): void {
  const services = parseCidr(cluster.properties.networkProfile?.serviceCidr ?? DEFAULT_SERVICE_CIDR);
  for (const sibling of world.state.resources.inGroup(parentKey(subnet.key))) {
    const range = parseCidr(subnetPrefix(sibling));
    if (services && range && overlaps(services, range))
      throw badRequest(
        'ServiceCidrOverlapExistingSubnetsCidr',
        `The specified service CIDR ${services.text} is conflicted with an existing subnet CIDR ${range.text}`,
        { target: 'networkProfile.serviceCIDR', bare: true },
      );
  }
}

function checkRoom(world: World, cluster: NetworkedCluster, pools: readonly GrowingPool[]): void {
  const needed = new Map<string, number>();
  for (const { properties, gains } of pools) {
    const key = keyOf(properties.vnetSubnetID ?? '');
    const each = addressesPerNode(cluster, properties.maxPods ?? 0);
    needed.set(key, (needed.get(key) ?? 0) + Math.max(0, gains) * each);
  }
  for (const [key, addresses] of needed) {
    const subnet = world.state.resources.get(key);
    if (!subnet || addresses === 0) continue;
    const free = freeAddresses(world.state, subnet);
    if (addresses > free)
      throw badRequest(
        'InsufficientSubnetSize',
        `Pre-allocated IPs ${addresses} exceeds IPs available ${Math.max(0, free)} in Subnet Cidr ${subnetPrefix(subnet)}, Subnet Name ${subnet.name}. http://aka.ms/aks/insufficientsubnetsize`,
        { target: 'agentPoolProfile.count', bare: true },
      );
  }
}

/**
 * Whoever acts for the cluster must be allowed to join machines to the subnets. A fresh identity has no roles; AKS can
 * grant it one only with the rights of a caller who may, which a Contributor may not.
 */
export function checkClusterIdentity(
  world: World,
  request: ArmRequest,
  body: ClusterBody,
  subnetIds: readonly string[],
): void {
  for (const id of Object.keys(body.identity?.userAssignedIdentities ?? {}))
    if (!world.state.resources.get(keyOf(id)))
      throw badRequest('FailedIdentityOperation', `The identity '${id}' could not be found.`, {
        target: 'identity',
      });
  const { caller, now, path } = request;
  const principalId = actingPrincipal(world, body);
  for (const subnet of subnetIds) {
    const allowed =
      principalId === undefined
        ? world.settings.ownIdentityInForeignSubnet === 'accepted' ||
          isAllowed(world.state, caller.objectId, GRANT, subnet, now)
        : isAllowed(world.state, principalId, JOIN, subnet, now);
    if (!allowed)
      throw linkedAuthorizationFailed('', principalId ?? 'the system-assigned identity', path, subnet);
  }
}

/** Undefined: an identity that is yet to be made. */
export function actingPrincipal(world: World, body: ClusterBody): string | undefined {
  const clientId = body.properties?.servicePrincipalProfile?.clientId;
  if (clientId !== undefined && clientId !== 'msi') return findByClientId(world.state, clientId)?.objectId;
  const [identity] = Object.keys(body.identity?.userAssignedIdentities ?? {});
  if (body.identity?.type !== 'UserAssigned' || identity === undefined) return undefined;
  const principalId = world.state.resources.get(keyOf(identity))?.properties.principalId;
  return typeof principalId === 'string' ? principalId : undefined;
}

/** The subnet of an API server that is integrated into the network: its own, delegated to AKS, at least a /28. */
export function checkApiServerSubnet(
  world: World,
  request: ArmRequest,
  properties: ClusterProperties,
  pools: readonly GrowingPool[],
): void {
  const { enableVnetIntegration, subnetId } = properties.apiServerAccessProfile ?? {};
  if (enableVnetIntegration !== true || subnetId === undefined) return;
  const subnet = findSubnet(world, request, subnetId);
  if (pools.some((pool) => keyOf(pool.properties.vnetSubnetID ?? '') === subnet.key))
    throw invalidParameter('apiServerAccessProfile.subnetId', 'the subnet is used by an agent pool');
  if (!delegatedTo(subnet).includes('Microsoft.ContainerService/managedClusters'))
    throw badRequest(
      'SubnetNotDelegated',
      `The API server subnet ${subnetId} must be delegated to Microsoft.ContainerService/managedClusters.`,
      { target: 'apiServerAccessProfile.subnetId', bare: true },
    );
  if ((parseCidr(subnetPrefix(subnet))?.bits ?? 32) > 28)
    throw invalidParameter('apiServerAccessProfile.subnetId', 'the subnet must be at least a /28');
}
