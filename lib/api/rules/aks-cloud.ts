/** The cloud part of an AKS cluster: which account, where, with which key (A125 to A130). */
import type { AksCloud } from '../../domain/cluster.ts';
import { violation } from '../../domain/findings.ts';
import { collector, type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';
import { readAzurePlacement } from './azure-placement.ts';
import { foreignFindings, proxyFindings, readAccount, readText } from './cloud-fields.ts';
import { readSshPublicKey } from './ssh-key.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const RESOURCE_GROUP = /^[\w.()-]{0,89}[\w()-]$/;
const REGION = /^[a-z][a-z0-9]{2,29}$/;
const FOREIGN = [
  'storage',
  'sshKeyPair',
  'bastion',
  'vpcCidr',
  'apiAllowedCidrs',
  'sshAllowedCidrs',
] as const satisfies readonly (keyof CloudInput)[];

export function readAksCloud(given: CloudInput, path: string): Read<AksCloud> {
  const { take, add, findings } = collector();
  const cloud: AksCloud = {
    type: 'aks',
    account: take(readAccount(given.account, `${path}/account`)),
    region: take(
      readText(given.region, REGION, () =>
        violation('REGION_INVALID', `${path}/region`, 'Name an Azure region: «westeurope».'),
      ),
    ),
    subscriptionId: take(readSubscription(given.subscriptionId, `${path}/subscriptionId`)),
    resourceGroup: take(
      readText(given.resourceGroup, RESOURCE_GROUP, () =>
        violation('RESOURCE_GROUP_REQUIRED', `${path}/resourceGroup`, 'Name a resource group that exists.'),
      ),
    ),
    sshPublicKey: take(readSshPublicKey(given.sshPublicKey, `${path}/sshPublicKey`)),
    placement: take(readAzurePlacement(given.placement, `${path}/placement`)),
  };
  add(foreignFindings(given, FOREIGN, 'AKS clusters', path));
  add(proxyFindings(given.proxy, `${path}/proxy`));
  return read(cloud, ...findings);
}

function readSubscription(given: unknown, path: string): Read<string> {
  const { value, findings } = readText(given, GUID, () =>
    violation('SUBSCRIPTION_NOT_ACCESSIBLE', path, 'A subscription is known by its GUID.'),
  );
  return read(value.toLowerCase(), ...findings);
}
