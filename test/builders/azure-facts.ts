/** Azure's answers as the rules of verification are given them, and findings in one line each. */
import type { VmSize } from '../../lib/clouds/azure/catalog.ts';
import type { Facts } from '../../lib/clouds/azure/verify/facts.ts';
import type { Finding } from '../../lib/domain/findings.ts';

export const brief = (findings: readonly Finding[]) =>
  findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`);

const D4: VmSize = {
  name: 'Standard_D4s_v5',
  family: 'standardDSv5Family',
  vCpus: 4,
  memoryGiB: 16,
  gpus: 0,
  premiumStorage: true,
  zones: ['1', '2', '3'],
  restricted: false,
};
const D2V2: VmSize = {
  ...D4,
  name: 'Standard_D2_v2',
  family: 'standardDv2Family',
  vCpus: 2,
  memoryGiB: 7,
  premiumStorage: false,
};
const B1: VmSize = { ...D4, name: 'Standard_B1s', family: 'standardBSFamily', vCpus: 1, memoryGiB: 1 };
const NC12: VmSize = { ...D4, name: 'Standard_NC12s_v3', family: 'standardNCSv3Family', restricted: true };
export const facts: Facts = {
  subscription: { id: 's', name: 'demo', state: 'Enabled' },
  regions: [
    { name: 'westeurope', displayName: 'West Europe', zones: ['1', '2', '3'] },
    { name: 'westus', displayName: 'West US', zones: [] },
  ],
  resourceGroup: { name: 'platform', location: 'westeurope', state: 'Succeeded' },
  sizes: [D4, D2V2, B1, NC12],
  kubernetesVersions: ['1.33', '1.33.2'],
};
