/** AzurePlatform over the resources and network clients. */
import { NetworkManagementClient, type Subnet, type VirtualNetwork } from '@azure/arm-network';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ok } from '../../../domain/errors.ts';
import type { OwnedResource } from '../../port.ts';
import { settle, settleOptional } from '../errors.ts';
import type { AzurePlatform, SubnetSeen, VirtualNetworkSeen } from '../platform.ts';
import { UID_TAG } from '../tags.ts';
import { type ArmSession, kick } from './session.ts';

export function openPlatform(session: ArmSession, subscriptionId: string): AzurePlatform {
  const resources = new ResourceManagementClient(session.credential, subscriptionId, session.options);
  const network = new NetworkManagementClient(session.credential, subscriptionId, session.options);
  return {
    resourceGroup: (name) =>
      settleOptional({ name: 'resourceGroups.get', write: false }, async () => {
        const group = await resources.resourceGroups.get(name);
        return {
          name: group.name ?? name,
          location: group.location,
          state: group.properties?.provisioningState ?? 'Succeeded',
        };
      }),
    providerState: (namespace) =>
      settle({ name: 'providers.get', write: false }, async () => {
        const provider = await resources.providers.get(namespace);
        return provider.registrationState ?? 'NotRegistered';
      }),
    virtualNetwork: (resourceGroup, name) =>
      settleOptional({ name: 'virtualNetworks.get', write: false }, async () =>
        toVirtualNetwork(await network.virtualNetworks.get(resourceGroup, name)),
      ),
    listTagged: (clusterUid) =>
      settle({ name: 'resources.list', write: false }, async () => {
        const filter = `tagName eq '${UID_TAG}' and tagValue eq '${clusterUid}'`;
        const found: OwnedResource[] = [];
        for await (const resource of resources.resources.list({ filter })) {
          const { id = '', name = '', type = '' } = resource;
          found.push({ kind: type, id, name, clusterUid });
        }
        return found;
      }),
    async deleteManagedCluster(id) {
      // The client puts a slash before the id; ids come with one.
      const path = id.replace(/^\/+/, '');
      const begun = await settle({ name: 'resources.deleteById', write: true }, () =>
        kick((onResponse) => resources.resources.deleteById(path, AKS_API_VERSION, { onResponse })),
      );
      return begun.ok || begun.error.code === 'NotFound' ? ok(undefined) : begun;
    },
  };
}

/** Deletion by id names a version of the resource's own provider. */
const AKS_API_VERSION = '2026-04-01';

export function toVirtualNetwork(answer: VirtualNetwork): VirtualNetworkSeen {
  return {
    id: answer.id ?? '',
    name: answer.name ?? '',
    location: answer.location ?? '',
    addressPrefixes: answer.addressSpace?.addressPrefixes ?? [],
    subnets: (answer.subnets ?? []).map(toSubnet),
    state: answer.provisioningState ?? 'Succeeded',
  };
}

function toSubnet(answer: Subnet): SubnetSeen {
  const single = answer.addressPrefix === undefined ? [] : [answer.addressPrefix];
  return {
    id: answer.id ?? '',
    name: answer.name ?? '',
    addressPrefixes: answer.addressPrefixes?.length ? answer.addressPrefixes : single,
    used: answer.ipConfigurations?.length ?? 0,
    delegations: (answer.delegations ?? []).flatMap(({ serviceName }) => serviceName ?? []),
    state: answer.provisioningState ?? 'Succeeded',
  };
}
