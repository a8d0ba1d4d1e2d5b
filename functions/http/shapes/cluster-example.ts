/** The request that the documentation shows, and what an audit record may say of one that was refused. */
import { isObject } from '../../../lib/clusters/merge-patch.ts';

export const CLUSTER_EXAMPLE = {
  name: 'shop',
  description: 'the shop',
  tags: { department: 'finance' },
  purpose: 'production',
  profile: { name: 'aks-base', version: '1.0.0' },
  packOverrides: { prometheus: { retention: '7d' } },
  cloud: {
    type: 'aks',
    account: 'azure-demo',
    region: 'westeurope',
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    resourceGroup: 'platform',
    sshPublicKey: 'ssh-rsa AAAA...',
    placement: { mode: 'dynamic' },
  },
  pools: [
    {
      name: 'system',
      role: 'worker',
      system: true,
      size: 3,
      instanceType: 'Standard_D4s_v5',
      disk: { type: 'Premium_LRS', sizeGiB: 60 },
      zones: ['1', '2', '3'],
    },
  ],
} as const;

export const DEFAULT_EXAMPLE = {
  name: 'shop-test',
  profile: CLUSTER_EXAMPLE.profile,
  cloud: CLUSTER_EXAMPLE.cloud,
} as const;

export const STATIC_EXAMPLE = {
  ...DEFAULT_EXAMPLE,
  name: 'shop-inside',
  cloud: {
    ...CLUSTER_EXAMPLE.cloud,
    placement: {
      mode: 'static',
      virtualNetwork: 'hub',
      controlPlaneSubnet: 'control-plane',
      workerSubnet: 'workers',
    },
  },
} as const;

/** The name that a refused body asked for; empty when it has none worth keeping. */
export function nameIn(body: unknown): string {
  const name = isObject(body) ? body.name : undefined;
  return typeof name === 'string' && /^[\w.-]{1,63}$/.test(name) ? name : '';
}
