/** AzureCatalog over the ARM clients. Lists are read to the end: Azure pages sizes and groups. */
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ComputeManagementClient } from '@azure/arm-compute';
import { ContainerServiceClient } from '@azure/arm-containerservice';
import { NetworkManagementClient } from '@azure/arm-network';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { TokenCredential } from '@azure/core-auth';
import type { AzureCatalog, PermissionRow, RegionSeen, SubscriptionSeen, Usage } from '../catalog.ts';
import { settle } from '../errors.ts';
import { openPlatform, toVirtualNetwork } from './arm-platform.ts';
import { ARM_ORIGIN, GRAPH_ORIGIN } from './origins.ts';
import type { ArmSession } from './session.ts';
import { rolesOf } from './token-claims.ts';
import { toSize } from './vm-size.ts';

/** `fresh`: a credential without cached tokens, because tokens carry the rights of the hour in which they were made. */
export function openCatalog(session: ArmSession, fresh: () => TokenCredential): AzureCatalog {
  const { credential, options } = session;
  const subscriptions = new SubscriptionClient(credential, options).subscriptions;
  const reading = (name: string) => ({ name, write: false });
  return {
    subscriptions: () =>
      settle(reading('subscriptions.list'), () => collect(subscriptions.list(), toSubscription)),
    // The list has what the account sees; asking by id is refused in too many ways to tell absence from trouble.
    subscription: (id) =>
      settle(reading('subscriptions.list'), async () => {
        const seen = await collect(subscriptions.list(), toSubscription);
        return seen.find((one) => one.id.toLowerCase() === id.toLowerCase());
      }),
    regions: (id) =>
      settle(reading('subscriptions.listLocations'), async () => {
        const found = await collect(subscriptions.listLocations(id), toRegion);
        return found.filter((region) => region.name !== '');
      }),
    resourceGroups: (id) =>
      settle(reading('resourceGroups.list'), () =>
        collect(new ResourceManagementClient(credential, id, options).resourceGroups.list(), (group) => ({
          name: group.name ?? '',
          location: group.location,
          state: group.properties?.provisioningState ?? 'Succeeded',
        })),
      ),
    resourceGroup: (id, name) => openPlatform(session, id).resourceGroup(name),
    sizes: (id, region) =>
      settle(reading('resourceSkus.list'), async () => {
        const skus = new ComputeManagementClient(credential, id, options).resourceSkus;
        const all = await collect(skus.list({ filter: `location eq '${region}'` }), (sku) => sku);
        return all.filter((sku) => sku.resourceType === 'virtualMachines').map((sku) => toSize(sku, region));
      }),
    kubernetesVersions: (id, region) =>
      settle(reading('managedClusters.listKubernetesVersions'), async () => {
        const client = new ContainerServiceClient(credential, id, options);
        const { values = [] } = await client.managedClusters.listKubernetesVersions(region);
        const offered = values.filter((version) => !version.isPreview);
        return offered.flatMap((minor) => [minor.version ?? '', ...Object.keys(minor.patchVersions ?? {})]);
      }),
    computeUsage: (id, region) =>
      settle(reading('computeUsage.list'), () =>
        collect(new ComputeManagementClient(credential, id, options).usage.list(region), toUsage),
      ),
    networkUsage: (id, region) =>
      settle(reading('networkUsages.list'), () =>
        collect(new NetworkManagementClient(credential, id, options).usages.list(region), toUsage),
      ),
    virtualNetworks: (id) =>
      settle(reading('virtualNetworks.listAll'), () =>
        collect(
          new NetworkManagementClient(credential, id, options).virtualNetworks.listAll(),
          toVirtualNetwork,
        ),
      ),
    virtualNetwork: (id, group, name) => openPlatform(session, id).virtualNetwork(group, name),
    permissions: (id, group) =>
      settle(reading('permissions.listForResourceGroup'), () =>
        collect(
          new AuthorizationManagementClient(credential, id, options).permissions.listForResourceGroup(group),
          (row): PermissionRow => ({ actions: row.actions ?? [], notActions: row.notActions ?? [] }),
        ),
      ),
    graphRoles: () =>
      settle(reading('token.graph'), async () => {
        const token = await fresh().getToken(`${GRAPH_ORIGIN}/.default`);
        return rolesOf(token?.token ?? '');
      }),
    signIn: () =>
      settle(reading('token.management'), async () => {
        await fresh().getToken(`${ARM_ORIGIN}/.default`);
      }),
  };
}

async function collect<A, B>(items: AsyncIterable<A>, map: (item: A) => B): Promise<readonly B[]> {
  const found: B[] = [];
  for await (const item of items) found.push(map(item));
  return found;
}

function toSubscription(answer: {
  readonly subscriptionId?: string;
  readonly displayName?: string;
  readonly state?: string;
}): SubscriptionSeen {
  return {
    id: answer.subscriptionId ?? '',
    name: answer.displayName ?? '',
    state: answer.state ?? 'Enabled',
  };
}

function toRegion(answer: {
  readonly name?: string;
  readonly displayName?: string;
  readonly availabilityZoneMappings?: readonly { readonly logicalZone?: string }[];
}): RegionSeen {
  const zones = (answer.availabilityZoneMappings ?? []).flatMap(({ logicalZone }) => logicalZone ?? []);
  return { name: answer.name ?? '', displayName: answer.displayName ?? '', zones: zones.sort() };
}

function toUsage(answer: {
  readonly name?: { readonly value?: string };
  readonly currentValue?: number;
  readonly limit?: number;
}): Usage {
  return {
    name: answer.name?.value ?? '',
    current: answer.currentValue ?? 0,
    limit: answer.limit ?? 0,
  };
}
