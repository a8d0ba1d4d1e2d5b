/** What Azure answers about a managed cluster, in our words. Pure; every field may be missing in an answer. */
import type { AgentPool, ManagedCluster, ManagedClusterAgentPoolProfile } from '@azure/arm-containerservice';
import type { CloudError } from '../../../domain/errors.ts';
import { fromResourceError } from '../errors.ts';
import { policyAddon } from './bodies.ts';
import type { AadSettings, AksCluster, AksPool, Provisioning, UpgradeChannel } from './port.ts';

export function provisioningOf(state: string | undefined): Provisioning {
  const word = (state ?? 'Succeeded').toLowerCase();
  if (word === 'succeeded') return 'settled';
  return word === 'failed' || word === 'canceled' || word === 'cancelled' ? 'broken' : 'moving';
}

export function toCluster(answer: ManagedCluster): AksCluster {
  const provisioning = provisioningOf(answer.provisioningState);
  const aad = toAad(answer);
  return {
    id: answer.id ?? '',
    name: answer.name ?? '',
    ...(answer.eTag === undefined ? {} : { etag: answer.eTag }),
    provisioning,
    state: answer.provisioningState ?? 'Succeeded',
    ...failureOf(provisioning, answer.status?.provisioningError, answer.provisioningState, 'managedClusters'),
    stopped: answer.powerState?.code === 'Stopped',
    tags: answer.tags ?? {},
    sku: answer.sku?.tier ?? 'Free',
    upgradeChannel: toChannel(answer.autoUpgradeProfile?.upgradeChannel),
    ...(aad === undefined ? {} : { aad }),
    azurePolicy: policyAddon(answer.addonProfiles)?.enabled ?? false,
    kubernetesVersion: answer.currentKubernetesVersion ?? answer.kubernetesVersion ?? '',
    ...(answer.fqdn === undefined ? {} : { fqdn: answer.fqdn }),
    nodeResourceGroup: answer.nodeResourceGroup ?? '',
    pools: (answer.agentPoolProfiles ?? []).map(toPool),
  };
}

export function toPool(answer: ManagedClusterAgentPoolProfile | AgentPool): AksPool {
  const provisioning = provisioningOf(answer.provisioningState);
  return {
    name: answer.name ?? '',
    ...(answer.eTag === undefined ? {} : { etag: answer.eTag }),
    provisioning,
    state: answer.provisioningState ?? 'Succeeded',
    ...failureOf(provisioning, answer.status?.provisioningError, answer.provisioningState, 'agentPools'),
    mode: answer.mode === 'System' ? 'System' : 'User',
    count: answer.count ?? 0,
    ...(answer.enableAutoScaling
      ? { autoscale: { min: answer.minCount ?? 0, max: answer.maxCount ?? answer.count ?? 0 } }
      : {}),
    instanceType: answer.vmSize ?? '',
    ...(answer.osDiskSizeGB === undefined ? {} : { diskSizeGiB: answer.osDiskSizeGB }),
    zones: (answer.availabilityZones ?? []).toSorted(),
    labels: answer.nodeLabels ?? {},
    taints: (answer.nodeTaints ?? []).map(withEquals),
    tags: answer.tags ?? {},
  };
}

/** `key:Effect` and `key=:Effect` are one taint. */
function withEquals(taint: string): string {
  return taint.includes('=') ? taint : taint.replace(':', '=:');
}

function failureOf(
  provisioning: Provisioning,
  error: { code?: string; message?: string } | undefined,
  state: string | undefined,
  source: string,
): { readonly failure?: CloudError } {
  if (provisioning !== 'broken') return {};
  const stated =
    error?.code === undefined ? { code: 'ProvisioningFailed', message: `the state is ${state}` } : error;
  return { failure: fromResourceError(stated, source) };
}

function toAad(answer: ManagedCluster): AadSettings | undefined {
  if (!answer.aadProfile) return undefined;
  return {
    managed: answer.aadProfile.managed ?? false,
    adminGroupObjectIds: (answer.aadProfile.adminGroupObjectIDs ?? []).toSorted(),
  };
}

const CHANNELS = ['patch', 'stable', 'rapid', 'node-image'] as const;

/** Azure leaves the profile out when no channel is set. */
function toChannel(channel: string | undefined): UpgradeChannel {
  return CHANNELS.find((known) => known === channel) ?? 'none';
}
