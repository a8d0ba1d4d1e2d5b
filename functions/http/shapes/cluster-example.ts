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

const AWS_CLOUD = {
  type: 'aws',
  account: 'aws-demo',
  region: 'eu-central-1',
  sshKeyPair: 'default',
  bastion: { allowedCidrs: ['203.0.113.0/24'] },
} as const;

export const AWS_EXAMPLE = {
  name: 'shop',
  tags: { department: 'finance' },
  purpose: 'production',
  profile: { name: 'aws-base', version: '1.0.0' },
  cloud: AWS_CLOUD,
  pools: [
    { name: 'control-plane', role: 'control-plane', size: 3, instanceType: 'm5.large' },
    {
      name: 'worker',
      role: 'worker',
      size: 3,
      instanceType: 'm5.large',
      disk: { type: 'gp3', sizeGiB: 60 },
      zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    },
  ],
} as const;

export const AWS_DEFAULT_EXAMPLE = {
  name: 'shop-test',
  profile: AWS_EXAMPLE.profile,
  cloud: { type: 'aws', account: 'aws-demo', region: 'eu-central-1', sshKeyPair: 'default' },
} as const;

export const AWS_STATIC_EXAMPLE = {
  ...AWS_DEFAULT_EXAMPLE,
  name: 'shop-inside',
  cloud: {
    ...AWS_CLOUD,
    placement: {
      mode: 'static',
      vpcId: 'vpc-0123456789abcdef0',
      controlPlaneSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      workerSubnetIds: ['subnet-0123456789abcdef2', 'subnet-0123456789abcdef3'],
      publicSubnetIds: ['subnet-0123456789abcdef4', 'subnet-0123456789abcdef5'],
    },
  },
} as const;

/** The name that a refused body asked for; empty when it has none worth keeping. */
export function nameIn(body: unknown): string {
  const name = isObject(body) ? body.name : undefined;
  return typeof name === 'string' && /^[\w.-]{1,63}$/.test(name) ? name : '';
}
