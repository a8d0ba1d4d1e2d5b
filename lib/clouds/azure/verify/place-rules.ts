/** Is the place there: subscription (A126), region (A127), resource group (A128, A129), Kubernetes version (A4). */

import type { ClusterSpec } from '../../../domain/cluster.ts';
import { type Finding, violation, warning } from '../../../domain/findings.ts';
import { aksConfig } from '../aks-config.ts';
import type { Facts } from './facts.ts';

export function placeFindings(spec: ClusterSpec, facts: Facts): readonly Finding[] {
  const cloud = aksConfig(spec);
  return [
    ...subscriptionFindings(cloud.subscriptionId, facts),
    ...regionFindings(cloud.region, facts),
    ...groupFindings(cloud.resourceGroup, cloud.region, facts),
  ];
}

function subscriptionFindings(id: string, { subscription }: Facts): readonly Finding[] {
  if (subscription === undefined) return [];
  const usable = subscription !== 'absent' && !/^(disabled|deleted)$/i.test(subscription.state);
  if (usable) return [];
  const why = subscription === 'absent' ? 'is not visible to the cloud account' : `is ${subscription.state}`;
  return [
    violation(
      'SUBSCRIPTION_NOT_ACCESSIBLE',
      '/cloud/subscriptionId',
      `Subscription ${id} ${why}.`,
      'Give the application a role in the subscription, or correct the id.',
    ),
  ];
}

function regionFindings(region: string, { regions }: Facts): readonly Finding[] {
  if (regions === undefined || regions.some(({ name }) => name === region)) return [];
  const known = regions.map(({ name }) => name).sort();
  return [
    violation(
      'REGION_INVALID',
      '/cloud/region',
      `The subscription has no region ${region}.`,
      known.join(', '),
    ),
  ];
}

function groupFindings(name: string, region: string, { resourceGroup }: Facts): readonly Finding[] {
  const path = '/cloud/resourceGroup';
  if (resourceGroup === undefined) return [];
  if (resourceGroup === 'absent' || resourceGroup.state.toLowerCase() === 'deleting') {
    const why = resourceGroup === 'absent' ? 'does not exist' : 'is being deleted';
    const hint = 'Create it first: Slipway never creates or deletes resource groups of yours.';
    return [violation('RESOURCE_GROUP_NOT_FOUND', path, `Resource group ${name} ${why}.`, hint)];
  }
  if (resourceGroup.location === region) return [];
  return [
    warning(
      'RESOURCE_GROUP_REGION',
      path,
      `Resource group ${name} is in ${resourceGroup.location}, the cluster will be in ${region}.`,
      'Writes to the group fail while its region is down.',
    ),
  ];
}

export function versionFindings(version: string, { kubernetesVersions }: Facts): readonly Finding[] {
  if (kubernetesVersions === undefined || kubernetesVersions.includes(version)) return [];
  return [
    violation(
      'K8S_VERSION_UNSUPPORTED',
      '/profile',
      `AKS does not offer Kubernetes ${version} in this region.`,
      `Offered: ${kubernetesVersions.join(', ')}`,
    ),
  ];
}
