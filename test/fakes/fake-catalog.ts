/** An Azure catalogue that answers what a test puts in and counts the questions. */
import type { AzureCatalog, RegionSeen, VmSize } from '../../lib/clouds/azure/catalog.ts';
import { ok } from '../../lib/domain/errors.ts';

const SIZE: VmSize = {
  name: 'Standard_D4s_v5',
  family: 'standardDSv5Family',
  vCpus: 4,
  memoryGiB: 16,
  gpus: 0,
  premiumStorage: true,
  zones: ['1', '2', '3'],
  restricted: false,
};
const REGION: RegionSeen = { name: 'westeurope', displayName: 'West Europe', zones: ['1', '2', '3'] };
const CONTRIBUTOR = { actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] };

export interface CountedCatalog {
  readonly catalog: AzureCatalog;
  readonly asked: string[];
}

export function aCatalog(answers: Partial<AzureCatalog> = {}): CountedCatalog {
  const asked: string[] = [];
  const all: AzureCatalog = {
    subscriptions: async () => ok([{ id: 'sub', name: 'demo', state: 'Enabled' }]),
    subscription: async (id) => ok({ id, name: 'demo', state: 'Enabled' }),
    regions: async () => ok([REGION]),
    resourceGroups: async () => ok([{ name: 'platform', location: 'westeurope', state: 'Succeeded' }]),
    resourceGroup: async (_subscription, name) => ok({ name, location: 'westeurope', state: 'Succeeded' }),
    sizes: async () => ok([SIZE]),
    kubernetesVersions: async () => ok(['1.33', '1.33.2']),
    computeUsage: async () => ok([{ name: 'cores', current: 0, limit: 350 }]),
    networkUsage: async () => ok([]),
    virtualNetworks: async () => ok([]),
    virtualNetwork: async () => ok(undefined),
    permissions: async () => ok([CONTRIBUTOR]),
    graphRoles: async () => ok([]),
    signIn: async () => ok(undefined),
    ...answers,
  };
  const counted = Object.entries(all).map(([name, ask]) => [
    name,
    (...given: readonly unknown[]) => {
      asked.push(name);
      return Reflect.apply(ask, all, given) as unknown;
    },
  ]);
  return { catalog: Object.fromEntries(counted) as AzureCatalog, asked };
}
