/** Clusters, their pools and profiles with only the fields that a test is about. */
import type { AksCloud, ClusterDocument, ClusterSpec } from '../../lib/domain/cluster.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import type { ProfileVersion } from '../../lib/domain/profile.ts';

/** 2026-11-20T12:00:00.000Z */
export const NOON_MS = Date.UTC(2026, 10, 20, 12);
const NOON = '2026-11-20T12:00:00.000Z';

export function aPool(fields: Partial<PoolSpec> = {}): PoolSpec {
  return {
    name: 'system',
    role: 'worker',
    system: true,
    size: 3,
    instanceType: 'Standard_D4s_v5',
    disk: { sizeGiB: 60 },
    zones: ['1', '2', '3'],
    labels: {},
    taints: [],
    drain: { timeoutMs: 600_000, onBlocked: 'wait' },
    ...fields,
  };
}

export function anAksCloud(fields: Partial<AksCloud> = {}): AksCloud {
  return {
    type: 'aks',
    account: 'azure-demo',
    region: 'westeurope',
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    resourceGroup: 'platform',
    sshPublicKey: 'ssh-rsa AAAA',
    placement: { mode: 'dynamic' },
    ...fields,
  };
}

export function aSpec(fields: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    tags: {},
    profile: { name: 'aks-base', version: '1.0.0' },
    packOverrides: {},
    cloud: anAksCloud(),
    pools: [aPool()],
    ...fields,
  };
}

export function aProfile(fields: Partial<ProfileVersion> = {}): ProfileVersion {
  return {
    name: 'aks-base',
    version: '1.0.0',
    cloudType: 'aks',
    layers: [
      {
        layer: 'kubernetes',
        pack: 'kubernetes-aks',
        version: '1.33.2',
        values: { managedControlPlane: { sku: 'Free', autoUpgradeProfile: { upgradeChannel: 'none' } } },
      },
      { layer: 'cni', pack: 'cni-azure', version: '1.0.0', values: {} },
      { layer: 'csi', pack: 'csi-azure-disk', version: '1.0.0', values: {} },
      { layer: 'addon', pack: 'prometheus', version: '1.0.0', values: { retention: '15d' } },
    ],
    ...fields,
  };
}

export function aCluster(fields: Partial<ClusterDocument> = {}): ClusterDocument {
  return {
    id: asClusterId('11111111-1111-4111-8111-111111111111'),
    type: 'cluster',
    schemaVersion: 1,
    project: 'default',
    name: 'shop',
    spec: aSpec(),
    profile: aProfile(),
    generation: 1,
    revision: 1,
    observedGeneration: 0,
    wake: 1,
    nextAttemptAt: NOON,
    changedAt: NOON,
    createdAt: NOON,
    updatedAt: NOON,
    createdBy: 'me',
    steps: {},
    conditions: [],
    ledger: {},
    intents: {},
    eventSequence: 0,
    folds: {},
    ...fields,
  };
}
