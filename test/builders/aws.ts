/** Clusters on EC2 with only the fields that a test is about. */
import type { AwsCloud, ClusterSpec } from '../../lib/domain/cluster.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { aPool, aSpec } from './cluster.ts';

export const REGION = 'eu-central-1';
export const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'] as const;

export function anAwsCloud(fields: Partial<AwsCloud> = {}): AwsCloud {
  return {
    type: 'aws',
    account: 'aws-demo',
    region: REGION,
    sshKeyPair: 'default',
    placement: { mode: 'dynamic' },
    bastion: { enabled: true, allowedCidrs: [], rdp: false },
    ...fields,
  };
}

export function anAwsPool(fields: Partial<PoolSpec> = {}): PoolSpec {
  return aPool({ name: 'worker', system: false, instanceType: 'm5.large', zones: [...ZONES], ...fields });
}

export function aControlPlane(fields: Partial<PoolSpec> = {}): PoolSpec {
  return anAwsPool({ name: 'control-plane', role: 'control-plane', ...fields });
}

export function anAwsSpec(fields: Partial<ClusterSpec> = {}): ClusterSpec {
  return aSpec({
    profile: { name: 'aws-base', version: '1.0.0' },
    cloud: anAwsCloud(),
    pools: [aControlPlane(), anAwsPool()],
    ...fields,
  });
}
