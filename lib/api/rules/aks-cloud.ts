/** The cloud part of an AKS cluster: which account, where, with which key (A125 to A130, A166). */
import type { AksCloud } from '../../domain/cluster.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';
import type { CloudInput } from '../schemas/cluster.ts';
import { readPlacement } from './placement.ts';
import { readSshPublicKey } from './ssh-key.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const RESOURCE_GROUP = /^[\w.()-]{0,89}[\w()-]$/;
const REGION = /^[a-z][a-z0-9]{2,29}$/;
const ACCOUNT = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** `undefined`: not an AKS cluster, so nothing else of it can be judged. */
export function readAksCloud(given: CloudInput | undefined, path: string): Read<AksCloud | undefined> {
  const wrongType = typeFindings(given, path);
  if (!given || wrongType.length > 0) return read(undefined, ...wrongType);
  const account = readText(given.account, ACCOUNT, () =>
    violation('CLOUD_ACCOUNT_REQUIRED', `${path}/account`, 'Name a cloud account of this project.'),
  );
  const region = readText(given.region, REGION, () =>
    violation('REGION_INVALID', `${path}/region`, 'Name an Azure region: «westeurope».'),
  );
  const subscriptionId = readText(given.subscriptionId, GUID, () =>
    violation(
      'SUBSCRIPTION_NOT_ACCESSIBLE',
      `${path}/subscriptionId`,
      'A subscription is known by its GUID.',
    ),
  );
  const resourceGroup = readText(given.resourceGroup, RESOURCE_GROUP, () =>
    violation('RESOURCE_GROUP_REQUIRED', `${path}/resourceGroup`, 'Name a resource group that exists.'),
  );
  const sshPublicKey = readSshPublicKey(given.sshPublicKey, `${path}/sshPublicKey`);
  const placement = readPlacement(given.placement, `${path}/placement`);
  const cloud: AksCloud = {
    type: 'aks',
    account: account.value,
    region: region.value,
    subscriptionId: subscriptionId.value.toLowerCase(),
    resourceGroup: resourceGroup.value,
    sshPublicKey: sshPublicKey.value,
    placement: placement.value,
  };
  const parts = [account, region, subscriptionId, resourceGroup, sshPublicKey, placement];
  return read(cloud, ...parts.flatMap(({ findings }) => findings), ...foreignFindings(given, path));
}

function typeFindings(given: CloudInput | undefined, path: string): readonly Finding[] {
  if (given?.type === 'aks') return [];
  if (given?.type === undefined) {
    return [
      violation(
        'REQUIRED',
        given ? `${path}/type` : path,
        'Say where the cluster runs: {"type": "aks", ...}.',
      ),
    ];
  }
  return [violation('CLOUD_TYPE_UNSUPPORTED', `${path}/type`, 'This deployment makes clusters of type aks.')];
}

function foreignFindings(given: CloudInput, path: string): readonly Finding[] {
  const proxy = 'A proxy comes from the private cloud gateway that the cloud account is connected to.';
  return [
    ...(['storage', 'sshKeyPair', 'bastion'] as const)
      .filter((field) => given[field] !== undefined)
      .map((field) =>
        violation('OPERATION_UNSUPPORTED', `${path}/${field}`, `AKS clusters have no «${field}».`),
      ),
    ...(given.proxy === undefined ? [] : [violation('PROXY_REQUIRES_PCG', `${path}/proxy`, proxy)]),
  ];
}

function readText(given: unknown, pattern: RegExp, otherwise: () => Finding): Read<string> {
  return typeof given === 'string' && pattern.test(given) ? read(given) : read('', otherwise());
}
